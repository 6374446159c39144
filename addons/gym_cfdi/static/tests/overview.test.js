import {animationFrame, click, expect, queryAllTexts, test} from "@odoo/hoot";
import {makeMockEnv, mockService, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {CfdiOverview} from "@gym_cfdi/overview/overview";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {getDefaultConfig} from "@web/views/view";

defineMailModels();

const month = (key, stamped, rejected) => ({
    ...{key, label: key, stamped, rejected, pending: 0, cancelled: 0, total: stamped + rejected},
    action: {name: key},
});

function overview(key = "2026-11") {
    return {
        company: "Gimnasio",
        is_active: true,
        month: {key, label: key, previous: "2026-10", next: "2026-12"},
        checks: [
            {code: "pending", label: "Waiting", remedy: "Wait", count: 3, action: {name: "pending"}},
            {code: "rejected", label: "Rejected", remedy: "Mend", count: 0, action: {name: "rejected"}},
        ],
        months: [month("2026-10", 50, 50), month("2026-11", 20, 0)],
        alarms: [{label: "Late", count: 2, is_urgent: true, action: {name: "late"}}],
        pacs: [{id: 1, name: "Finkok", balance: 5, is_low: true, health: "open", health_label: "Left Alone"}],
        seal: {date_end: "31/12/2028", days: 700, level: "success"},
    };
}

async function mountOverview() {
    onRpc("gym.cfdi.overview", "get_overview", ({args}) => {
        expect.step(`month ${args[0]}`);
        return overview(args[0] || undefined);
    });
    mockService("action", {doAction: (action) => expect.step(action.name)});
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(CfdiOverview, {env, props: {action: {}, actionId: 1, className: ""}});
}

test("what is open is counted and every count opens its list", async () => {
    await mountOverview();
    expect(".o_cfdi_open_checks").toHaveText("1 to do");
    expect("[data-check=rejected] button").toHaveCount(0);
    await click("[data-check=pending] button");
    await click(".o_cfdi_alarm a");
    await click(".o_cfdi_month_row:last");
    expect.verifySteps(["month false", "pending", "late", "2026-11"]);
});

test("bars are as long as their share of the busiest month", async () => {
    await mountOverview();
    expect(queryAllTexts(".o_cfdi_month_row:first .progress-bar")).toEqual(["50", "", "50", ""]);
    expect(".o_cfdi_month_row:last .bg-success").toHaveStyle({width: "20%"}, {inline: true});
    expect.verifySteps(["month false"]);
});

test("the month before can be looked at", async () => {
    await mountOverview();
    await click(".o_cfdi_previous");
    await animationFrame();
    expect(".o_cfdi_month").toHaveText("2026-10");
    expect.verifySteps(["month false", "month 2026-10"]);
});
