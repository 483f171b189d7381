// Progressive enhancement only: every page works without it, except live updates.
(() => {
  "use strict";

  // Heartbeat: live regions listen with hx-trigger="tick-3 from:body"; silent in hidden tabs.
  const beats = [3, 10, 30];
  let seconds = 0;
  setInterval(() => {
    if (document.visibilityState !== "visible" || !navigator.onLine) return;
    seconds += 1;
    for (const beat of beats) if (seconds % beat === 0) tick(beat);
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") beats.forEach(tick);
  });
  function tick(beat) {
    document.body.dispatchEvent(new CustomEvent(`tick-${beat}`));
  }

  // The dot in the top bar says whether live regions are being updated.
  const dot = document.getElementById("live");
  if (dot && document.querySelector("[hx-trigger*=tick]")) {
    const word = dot.querySelector("span");
    const fresh = word.textContent;
    dot.hidden = false;
    document.addEventListener("htmx:afterRequest", (event) => {
      const stale = !event.detail.successful;
      const text = stale ? dot.dataset.stale : fresh;
      dot.classList.toggle("stale", stale);
      if (word.textContent !== text) word.textContent = text;
    });
  }

  // Menus: beside their button, arrow keys.
  const openers = new Map();  // a menu may be shared by many buttons: the last one pressed counts
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[popovertarget]");
    if (button) openers.set(button.getAttribute("popovertarget"), button);
  }, true);
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const button = target.matches(".menu:popover-open") && openers.get(target.id);
    if (button) place(target, button.getBoundingClientRect());
  });
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.(".menu[popover]")) return;
    const button = openers.get(menu.id) ?? document.querySelector(`[popovertarget="${menu.id}"]`);
    if (!button) return;
    button.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open") place(menu, button.getBoundingClientRect());
  }, true);
  function place(menu, at) {
    const width = menu.offsetWidth, height = menu.offsetHeight;
    menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
    const above = at.bottom + height + 6 > innerHeight && at.top > height;
    menu.style.top = `${above ? at.top - height - 4 : at.bottom + 4}px`;
    menu.querySelector("a, button")?.focus({ preventScroll: true });
  }
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.(".menu");
    if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    const items = [...menu.querySelectorAll("a, button:not(:disabled)")];
    const at = items.indexOf(document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const to = { Home: 0, End: items.length - 1 }[event.key]
      ?? (at + step + items.length) % items.length;
    items[to].focus();
    event.preventDefault();
  });

  // Navigation on small screens is a drawer; Escape closes it and gives the focus back.
  const side = document.querySelector(".side");
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-do=nav]");
    if (opener) {
      event.preventDefault();
      side.toggleAttribute("data-open");
      side.querySelector("a")?.focus();
    } else if (!event.target.closest(".side")) {
      side?.removeAttribute("data-open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !side?.hasAttribute("data-open")) return;
    side.removeAttribute("data-open");
    document.querySelector("[data-do=nav]")?.focus();
  });

  // One box selects all rows of a list, Shift selects from the last box on, Escape none.
  const boxes = () => [...document.querySelectorAll("tbody input[type=checkbox][form=bulk]")];
  const showAllBox = () => document.querySelectorAll("[data-do=all]")
    .forEach((box) => { box.hidden = false; });
  showAllBox();
  document.addEventListener("htmx:afterSwap", showAllBox);
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches("tbody input[type=checkbox][form=bulk]")) return;
    const all = boxes(), from = all.findIndex((one) => one.id === last), to = all.indexOf(box);
    if (event.shiftKey && from >= 0) {
      all.slice(Math.min(from, to), Math.max(from, to) + 1)
        .forEach((one) => { one.checked = box.checked; });
    }
    last = box.id;
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-do=all]")) {
      boxes().forEach((box) => { box.checked = event.target.checked; });
    }
    countPicked();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.closest?.("#list")) return;
    boxes().forEach((box) => { box.checked = false; });
    countPicked();
  });
  function countPicked() {
    const told = document.querySelector("[data-do=picked]");
    if (!told) return;
    const number = boxes().filter((box) => box.checked).length;
    told.hidden = !number;
    told.textContent = told.dataset.text.replace("#", number);
  }

  // A FastTab with an error opens itself, and so does one a link points to.
  document.querySelectorAll("details.ft:has(.err)").forEach((tab) => { tab.open = true; });
  addEventListener("hashchange", openTarget);
  openTarget();
  function openTarget() {
    const tab = location.hash && document.getElementById(location.hash.slice(1));
    if (tab?.matches?.("details.ft")) tab.open = true;
  }

  // A form that waits for its answer is not sent twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    addEventListener("pageshow", () => { delete form.dataset.sent; }, { once: true });
  });
})();
