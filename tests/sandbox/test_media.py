"""Pictures: uploaded, looked through, shown, hung onto products and variants, and taken away."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from sandbox.pictures import Picture, picture_of

from .conftest import Client
from .test_bulk import STAGE, path_of

MUG = "gid://shopify/Product/2000001"
SNOW, MOSS = "gid://shopify/ProductVariant/3000001", "gid://shopify/ProductVariant/3000002"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 40, 30) + b"\x08\x02\r\n\r\x00\n"
MEDIA = """media(first: 9) { nodes { id alt status mediaErrors { code message }
  ... on MediaImage { mimeType image { url width height altText } } } }"""
CREATE = """mutation($p: ProductCreateInput!, $m: [CreateMediaInput!]) {
  productCreate(product: $p, media: $m) { product { id %s } userErrors { field message } } }"""
READ = f"query($id: ID!) {{ product(id: $id) {{ id updatedAt {MEDIA} featuredMedia {{ id }} \
  variants(first: 5) {{ nodes {{ id image {{ url }} media(first: 2) {{ nodes {{ id }} }} }} }} }} }}"
UPDATE = """mutation($id: ID!, $v: [ProductVariantsBulkInput!]!, $m: [CreateMediaInput!]) {
  productVariantsBulkUpdate(productId: $id, variants: $v, media: $m) {
    productVariants { id } userErrors { field code } } }"""
FILES = """mutation($f: [FileUpdateInput!]!) { fileUpdate(files: $f) {
  files { id alt fileStatus } userErrors { field message code } } }"""


def uploaded(client: Client, content: bytes, method: str = "PUT") -> str:
    """Upload a picture and return the address by which a call names it."""
    given = {"resource": "IMAGE", "filename": "p.png", "mimeType": "image/png",
             "httpMethod": method}  # fmt: skip
    (target,) = client.data(STAGE, i=[given])["stagedUploadsCreate"]["stagedTargets"]
    body, headers = content, {}
    if method == "POST":
        parts = [(one["name"], one["value"].encode()) for one in target["parameters"]]
        head = '--xx\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
        fields = [head.format(n).encode() + v + b"\r\n" for n, v in [*parts, ("file", content)]]
        body = b"".join(fields) + b"--xx--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=xx"}
    client.connection.request(method, path_of(target["url"]), body, headers)
    response = client.connection.getresponse()
    response.read()
    assert response.status in {200, 201}
    url: str = target["resourceUrl"]
    return url


def image(source: str, alt: str = "") -> dict[str, str]:
    return {"originalSource": source, "alt": alt, "mediaContentType": "IMAGE"}


def read(client: Client, gid: str = MUG) -> dict[str, Any]:
    product: dict[str, Any] = client.data(READ, id=gid)["product"]
    return product


def ready(client: Client, gid: str = MUG) -> dict[str, Any]:
    client.control("jobs", {"finish": True})
    return read(client, gid)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_picture_of_a_new_product_gets_ready_and_can_be_fetched(
    given_demo_shop: Client, method: str
) -> None:
    client = given_demo_shop
    media = [image(uploaded(client, PNG, method), "Front")]
    payload = client.data(CREATE % MEDIA, p={"title": "Cup"}, m=media)["productCreate"]
    (node,) = payload["product"]["media"]["nodes"]
    assert (node["status"], node["image"], node["alt"]) == ("UPLOADED", None, "Front")
    gid = payload["product"]["id"]
    assert read(client, gid)["media"]["nodes"][0]["status"] == "PROCESSING"
    (node,) = read(client, gid)["media"]["nodes"]
    assert (node["status"], node["mimeType"]) == ("READY", "image/png")
    shown = node["image"]
    assert (shown["width"], shown["height"], shown["altText"]) == (40, 30, "Front")
    client.connection.request("GET", path_of(shown["url"]))
    response = client.connection.getresponse()
    assert response.headers["Content-Type"] == "image/png"
    assert response.read() == PNG


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no picture", "UNSUPPORTED_IMAGE_FILE_TYPE"), (None, "IMAGE_DOWNLOAD_FAILURE")],
)
def test_what_is_no_picture_fails(
    given_demo_shop: Client, content: bytes | None, code: str
) -> None:
    client = given_demo_shop
    source = uploaded(client, content or b"x")
    source = source if content else f"{source}x"
    gid = client.data(CREATE % "handle", p={"title": "Cup"}, m=[image(source)])["productCreate"][
        "product"
    ]["id"]
    (node,) = ready(client, gid)["media"]["nodes"]
    assert (node["status"], node["image"]) == ("FAILED", None)
    assert [error["code"] for error in node["mediaErrors"]] == [code]


def test_media_come_in_with_products_as_recorded(given_empty_shop: Client, shared: Path) -> None:
    path = shared / "shopify" / "captures" / "images" / "product-top-level-media-parity.json"
    exchanges = {e["step"]: e for e in json.loads(path.read_text("utf-8"))["exchanges"]}
    fields = "media(first: 9) { nodes { __typename alt mediaContentType status } }"
    made = exchanges["/validCreate"]
    answer = given_empty_shop.data(
        CREATE % fields, p=made["variables"]["product"], m=made["variables"]["media"]
    )["productCreate"]
    recorded = made["response"]["data"]["productCreate"]["product"]["media"]["nodes"]
    assert answer["product"]["media"]["nodes"] == [
        {name: node[name] for name in ("__typename", "alt", "mediaContentType", "status")}
        for node in recorded
    ]
    bad = exchanges["/invalidCreate"]
    answer = given_empty_shop.data(
        CREATE % fields, p=bad["variables"]["product"], m=bad["variables"]["media"]
    )
    assert answer == bad["response"]["data"]


def test_a_variant_gets_a_picture_that_comes_with_the_call_or_is_there(
    given_demo_shop: Client,
) -> None:
    client = given_demo_shop
    source = uploaded(client, PNG)
    update = client.data(
        UPDATE, id=MUG, v=[{"id": SNOW, "mediaSrc": [source]}], m=[image(source)]
    )["productVariantsBulkUpdate"]  # fmt: skip
    assert update["userErrors"] == []
    product = ready(client)
    snow = product["variants"]["nodes"][0]
    assert snow["image"]["url"] == product["media"]["nodes"][0]["image"]["url"]
    gid = product["media"]["nodes"][0]["id"]
    update = client.data(UPDATE, id=MUG, v=[{"id": MOSS, "mediaId": gid}])
    assert update["productVariantsBulkUpdate"]["userErrors"] == []
    assert read(client)["variants"]["nodes"][1]["media"]["nodes"] == [{"id": gid}]
    wrong = [{"id": MOSS, "mediaId": "gid://shopify/MediaImage/9"}, {"id": SNOW, "mediaSrc": ["x"]}]
    errors = client.data(UPDATE, id=MUG, v=wrong)["productVariantsBulkUpdate"]["userErrors"]
    assert [error["field"] for error in errors] == [
        ["variants", "0", "mediaId"], ["variants", "1", "mediaSrc"],
    ]  # fmt: skip


def test_media_are_appended_to_variants_when_they_are_ready(given_demo_shop: Client) -> None:
    client = given_demo_shop
    text = """mutation($id: ID!, $m: [ProductVariantAppendMediaInput!]!) {
        productVariantAppendMedia(productId: $id, variantMedia: $m) {
          productVariants { id } userErrors { field code } } }"""
    made = client.data(
        CREATE % "media(first: 1) { nodes { id } } variants(first: 1) { nodes { id } }",
        p={"title": "Cup"}, m=[image(uploaded(client, PNG))],
    )["productCreate"]["product"]  # fmt: skip
    pair = {
        "variantId": made["variants"]["nodes"][0]["id"],
        "mediaIds": [made["media"]["nodes"][0]["id"]],
    }
    codes = []
    for _ in range(3):
        payload = client.data(text, id=made["id"], m=[pair])["productVariantAppendMedia"]
        codes.append([error["code"] for error in payload["userErrors"]])
        client.control("jobs", {"finish": True})
    assert codes == [["NON_READY_MEDIA"], [], ["PRODUCT_VARIANT_ALREADY_HAS_MEDIA"]]


def test_files_are_changed_moved_between_products_and_deleted(given_demo_shop: Client) -> None:
    client = given_demo_shop
    create = """mutation($f: [FileCreateInput!]!) { fileCreate(files: $f) {
        files { __typename id fileStatus } userErrors { field message code } } }"""
    source = uploaded(client, PNG)
    (file,) = client.data(create, f=[{"originalSource": source, "alt": "A"}])["fileCreate"]["files"]
    assert (file["__typename"], file["fileStatus"]) == ("MediaImage", "UPLOADED")
    early = client.data(FILES, f=[{"id": file["id"], "alt": "B"}])["fileUpdate"]
    assert early["userErrors"][0]["code"] == "NON_READY_STATE"
    client.control("jobs", {"finish": True})
    change = {"id": file["id"], "alt": "B", "referencesToAdd": [MUG]}
    assert client.data(FILES, f=[change])["fileUpdate"]["files"][0]["alt"] == "B"
    assert [node["alt"] for node in read(client)["media"]["nodes"]] == ["B"]
    bigger = PNG.replace(struct.pack(">I", 40), struct.pack(">I", 80))
    swap = {"id": file["id"], "originalSource": uploaded(client, bigger)}
    client.data(FILES, f=[swap])
    assert ready(client)["media"]["nodes"][0]["image"]["width"] == 80
    remove = {"id": file["id"], "referencesToRemove": [MUG]}
    client.data(FILES, f=[remove])
    assert read(client)["media"]["nodes"] == []
    client.data(FILES, f=[{"id": file["id"], "referencesToAdd": [MUG]}])
    delete = """mutation($ids: [ID!]!) { fileDelete(fileIds: $ids) {
        deletedFileIds userErrors { field code } } }"""
    for expected in ([], ["FILE_DOES_NOT_EXIST"]):
        payload = client.data(delete, ids=[file["id"]])["fileDelete"]
        assert [error["code"] for error in payload["userErrors"]] == expected
    assert read(client)["media"]["nodes"] == []
    wrong = client.data(create, f=[{"originalSource": "no"}])["fileCreate"]
    assert wrong["userErrors"][0]["field"] == ["files", "0", "originalSource"]


def test_a_set_product_has_the_files_it_is_given(given_demo_shop: Client) -> None:
    client = given_demo_shop
    text = f"""mutation($i: ProductSetInput!, $id: ProductSetIdentifiers) {{
        productSet(input: $i, identifier: $id) {{ product {{ id {MEDIA}
          variants(first: 2) {{ nodes {{ media(first: 1) {{ nodes {{ id }} }} }} }} }}
          userErrors {{ field code }} }} }}"""
    first, second = (image(uploaded(client, PNG), alt) for alt in ("1", "2"))
    files = [{k: one[k] for k in ("originalSource", "alt")} for one in (first, second)]
    variant = {
        "optionValues": [{"optionName": "Title", "name": "Default Title"}], "file": files[1],
    }  # fmt: skip
    options = [{"name": "Title", "values": [{"name": "Default Title"}]}]
    given = {"title": "Cup", "files": files, "productOptions": options, "variants": [variant]}
    payload = client.data(text, i=given)["productSet"]
    assert payload["userErrors"] == []
    nodes = payload["product"]["media"]["nodes"]
    assert [node["alt"] for node in nodes] == ["1", "2"]
    assert payload["product"]["variants"]["nodes"][0]["media"]["nodes"] == [{"id": nodes[1]["id"]}]
    identifier = {"id": payload["product"]["id"]}
    turned = {"files": [{"id": nodes[1]["id"]}, {"id": nodes[0]["id"]}]}
    payload = client.data(text, i=turned, id=identifier)["productSet"]
    assert [node["alt"] for node in payload["product"]["media"]["nodes"]] == ["2", "1"]
    unknown = {"files": [{"id": "gid://shopify/MediaImage/9"}]}
    payload = client.data(text, i=unknown, id=identifier)["productSet"]
    assert payload["userErrors"] == [{"field": ["input", "files", "0", "id"], "code": "NOT_FOUND"}]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PNG, Picture("image/png", 40, 30)),
        (b"GIF89a" + struct.pack("<HH", 7, 8), Picture("image/gif", 7, 8)),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 9, 10),
            Picture("image/jpeg", 10, 9),
        ),
        (
            b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x0a\0\0\x0b\0\0",
            Picture("image/webp", 11, 12),
        ),
        (b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 5, 6), Picture("image/webp", 5, 6)),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff", None),
        (b"<svg/>", None),
    ],
)  # fmt: skip
def test_bytes_tell_what_picture_they_are(content: bytes, expected: Picture | None) -> None:
    assert picture_of(content) == expected
