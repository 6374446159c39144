import {animationFrame, click, expect, queryAllTexts, select, test} from "@odoo/hoot";
import {makeMockEnv, mockService, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {GymToday} from "@gym_insights/today/today";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {getDefaultConfig} from "@web/views/view";

defineMailModels();

const today = (location) => ({
    ...{company: "Fuerza Roma", day: "lunes", location, locations: [{id: 1, name: "Roma"}, {id: 2, name: "GDL"}]},
    tiles: [
        {
            ...{key: "joined", label: "Joined today", value: "3", action: {name: "joined"}},
            changes: [{text: "last week: 2 (+50 %)", tone: "good"}],
        },
    ],
    branches: [{id: 1, name: "Roma", cells: [{key: "joined", label: "Joined", text: "2", action: {name: "cell"}}]}],
    waiting: [{label: "Rejected CFDI", count: 4, action: {name: "rejected"}}],
    owing: [{id: 7, name: "Ana", plans: "Full", amount: "$1,299.00", since: "16/11", phone: "55", promised: false}],
});

async function mountToday() {
    onRpc("gym.insights", "get_today", ({args}) => {
        expect.step(`branch ${args[0]}`);
        return today(args[0]);
    });
    onRpc("gym.insights", "set_weekly_mail", ({args}) => {
        expect.step(`weekly ${args[0]}`);
        return args[0];
    });
    onRpc("gym.owing.report", "action_whatsapp", ({args}) => ({name: `whatsapp ${args[0]}`}));
    mockService("action", {doAction: (action) => expect.step(action.name || action)});
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(GymToday, {env, props: {action: {}, actionId: 1, className: ""}});
}

test("every number opens its list", async () => {
    await mountToday();
    expect(queryAllTexts(".o_gym_tile_value")).toEqual(["3"]);
    expect(".o_gym_tile .text-success").toHaveText("last week: 2 (+50 %)");
    await click(".o_gym_tile");
    await click(".o_gym_waiting button");
    await click(".o_gym_branches a");
    await click(".o_gym_owing .card-header button");
    await animationFrame();
    expect.verifySteps([
        "branch false",
        "joined",
        "rejected",
        "cell",
        "gym_insights.gym_owing_report_action",
    ]);
});

test("a branch can be chosen and a debtor be written to", async () => {
    await mountToday();
    await click(".o_gym_today_branch");
    await select("2");
    await animationFrame();
    await click(".o_gym_owing li button");
    await animationFrame();
    expect.verifySteps(["branch false", "branch 2", "whatsapp 7"]);
});

test("the week by mail is asked for in a tick", async () => {
    await mountToday();
    await click("#o_gym_week");
    await animationFrame();
    expect("#o_gym_week").toBeChecked();
    expect.verifySteps(["branch false", "weekly true"]);
});
