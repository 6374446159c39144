import {animationFrame, click, expect, queryAllTexts, select, test} from "@odoo/hoot";
import {makeMockEnv, mockService, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {GymCohorts} from "@gym_insights/cohorts/cohorts";
import {GymRevenue} from "@gym_insights/revenue/revenue";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {getDefaultConfig} from "@web/views/view";

defineMailModels();

const choices = {
    locations: [
        {id: 1, name: "Roma"},
        {id: 2, name: "GDL"},
    ],
    plans: [{id: 5, name: "Full"}],
};
const props = {action: {}, actionId: 1, className: ""};

async function mountPage(Page, model, page) {
    onRpc(model, "get_page", ({args}) => {
        expect.step(args.join(" "));
        return {...choices, ...page};
    });
    mockService("action", {doAction: (action) => expect.step(action.name || action)});
    await mountWithCleanup(Page, {env: await makeMockEnv({config: getDefaultConfig()}), props});
}

test("a cell of the map opens its list, and the map is of one branch and plan", async () => {
    const cell = {age: 0, step: 4, percent: "87 %", count: 26, title: "26 of 30", action: {name: "cell"}};
    const row = {key: "all", label: "All", people: 30, is_total: true, cells: [cell]};
    await mountPage(GymCohorts, "gym.cohort.page", {ages: [{number: 0, label: "Same month"}], rows: [row]});
    expect(queryAllTexts(".o_gym_heat_4 span")).toEqual(["87 %", "26"]);
    await click(".o_gym_heat");
    await click(".o_gym_branch");
    await select("2");
    await animationFrame();
    await click(".o_gym_plan");
    await select("5");
    await animationFrame();
    expect.verifySteps(["false false", "cell", "2 false", "2 5"]);
});

test("a bar opens its list, a month before is one click away", async () => {
    const bar = {key: "new", label: "New", people: "3 people", amount: "$1,500", left: 0, width: 10, tone: "good"};
    await mountPage(GymRevenue, "gym.revenue.page", {
        month: {label: "Nov 2026", before: "2026-10-01", after: false},
        bars: [{...bar, action: {name: "new list"}}],
        begin: false,
        forecast: {missing: "Too little history"},
    });
    expect(".o_gym_forecast_missing").toHaveText("Too little history");
    await click(".o_gym_waterfall .o_gym_bar");
    await click(".o_gym_waterfall .fa-chevron-left");
    await animationFrame();
    expect.verifySteps(["false false false", "new list", "false false 2026-10-01"]);
});
