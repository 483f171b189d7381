"""Where each address leads. Plural nouns; state in the query string; POST only for actions."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from connector.pages import (
    categories,
    cues,
    customers,
    documents,
    health,
    issue,
    issues,
    items,
    job_actions,
    jobs,
    log,
    order,
    orders,
    products,
    request_page,
    schedule,
    scheduled,
    sessions,
    shops,
    watched,
)
from connector.rolecenter import views as rolecenter

urlpatterns: list[URLPattern | URLResolver] = [
    path("", rolecenter.role_center, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("partials/cues/", rolecenter.cues_fragment, name="cues-fragment"),
    path("partials/running/", rolecenter.running_fragment, name="running-fragment"),
    path("partials/ended/", watched.ended_fragment, name="ended-fragment"),
    path("shopify/orders/", orders.OrderList.as_view(), name="orders"),
    path("shopify/orders/<int:order_id>/", order.order, name="order"),
    path("shopify/orders-to-import/", orders.StagedOrderList.as_view(), name="staged-orders"),
    path("shopify/products/", products.ProductList.as_view(), name="products"),
    path("shopify/customers/", customers.ShopifyCustomerList.as_view(), name="shopify-customers"),
    path("shopify/companies/", customers.CompanyList.as_view(), name="companies"),
    path("sales/orders/", documents.SalesOrderList.as_view(), name="sales-orders"),
    path("sales/invoices/", documents.SalesInvoiceList.as_view(), name="sales-invoices"),
    path("sales/shipments/", documents.ShipmentList.as_view(), name="shipments"),
    path("sales/posted-invoices/", documents.PostedInvoiceList.as_view(), name="posted-invoices"),
    path("sales/documents/<uuid:document_id>/", documents.document, name="document"),
    path("items/", items.ItemList.as_view(), name="items"),
    path("items/<path:no>/", items.item, name="item"),
    path("customers/", customers.CustomerList.as_view(), name="customers"),
    path("jobs/", jobs.JobList.as_view(), name="jobs"),
    path("jobs/<int:entry_id>/", jobs.job, name="job"),
    path("jobs/scheduled/", scheduled.scheduled, name="scheduled"),
    path("jobs/new/", schedule.new, name="job-new"),
    path("jobs/<int:entry_id>/schedule/", schedule.edit, name="job-schedule"),
    path("jobs/actions/", job_actions.act_on_several, name="job-actions"),
    path("jobs/<int:entry_id>/actions/<str:action>/", job_actions.act, name="job-action"),
    path("jobs/<int:entry_id>/partials/menu/", jobs.menu_fragment, name="job-menu"),
    path(
        "jobs/<int:entry_id>/partials/progress/", jobs.progress_fragment, name="progress-fragment"
    ),
    path("jobs/<int:entry_id>/runs/<int:fence>/", log.run, name="job-run"),
    path("jobs/<int:entry_id>/request-page/", request_page.edit, name="request-page"),
    path("reports/<int:number>/", request_page.run, name="report"),
    path("log/", log.LogList.as_view(), name="log"),
    path("log/<int:log_id>/", log.log_entry, name="log-entry"),
    path("skipped/", issues.IssueList.as_view(), name="skipped"),
    path("skipped/<int:issue_id>/", issue.issue, name="issue"),
    path("skipped/<int:issue_id>/actions/<str:action>/", issue.act, name="issue-action"),
    path("shops/", shops.ShopCards.as_view(), name="shops"),
    path("shops/<str:code>/", shops.card, name="shop"),
    path("shops/<str:code>/sync/<int:number>/", shops.sync, name="sync"),
    path("setup/categories/", categories.categories, name="categories"),
    path("setup/cues/", cues.cue_setup, name="cue-setup"),
    path("setup/appearance/", sessions.appearance, name="appearance"),
    path("setup/language/", set_language, name="set_language"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
