import {animationFrame, click, expect, queryAllTexts, test} from "@odoo/hoot";
import {makeMockEnv, mockService, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {GymStart} from "@gym_start/start/start";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {getDefaultConfig} from "@web/views/view";

defineMailModels();

const step = (key, values) => ({
    ...{key, title: `Title of ${key}`, why: "Because.", note: "", more: []},
    ...{is_done: false, is_left: false, is_waiting: true, button: "Open", action: {name: key}},
    ...values,
});

const page = (...steps) => ({company: "Fuerza Roma", steps, done: 1, progress: "1 of 8 done", is_open: true});

async function mountStart(first, answers = {}) {
    for (const method of ["get_page", "leave", "take_up", "try_cfdi"]) {
        onRpc("gym.start", method, ({args}) => {
            expect.step([method, ...args].join(" "));
            return answers[method] || first;
        });
    }
    mockService("action", {
        doAction: (action, options) => {
            expect.step(`open ${action.name}`);
            options.onClose();
        },
    });
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(GymStart, {env, props: {action: {}, actionId: 1, className: ""}});
}

test("the first step that waits is the one to do, and opens where it is done", async () => {
    const done = step("company", {is_done: true, is_waiting: false});
    await mountStart(page(done, step("branch"), step("plan")));
    expect(queryAllTexts(".o_gym_start_step h2 .visually-hidden")).toEqual(["Done"]);
    expect(".btn-primary").toHaveCount(1);
    await click("[data-step=branch] .btn-primary");
    await animationFrame();
    expect.verifySteps(["get_page", "open branch", "get_page"]);
});

test("a step is left for later, and taken up again", async () => {
    const left = page(step("import", {is_left: true, is_waiting: false}));
    await mountStart(page(step("import")), {leave: left});
    await click("[data-step=import] .btn-link");
    await animationFrame();
    expect("[data-step=import]").toHaveAttribute("data-state", "left");
    await click("[data-step=import] .btn-link");
    await animationFrame();
    expect.verifySteps(["get_page", "leave import", "take_up import"]);
});

test("a step may have a button that acts at once", async () => {
    const trial = step("cfdi", {more: [{label: "Try", method: "try_cfdi"}], note: "Without validity"});
    await mountStart(page(trial));
    await click("[data-step=cfdi] .btn-secondary");
    await animationFrame();
    expect(".o_gym_start_note").toHaveText("Without validity");
    expect.verifySteps(["get_page", "try_cfdi"]);
});
