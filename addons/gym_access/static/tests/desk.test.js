import {Deferred, animationFrame, expect, press, test} from "@odoo/hoot";
import {contains, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {Desk} from "@gym_access/desk/desk";

defineMailModels();

const HOUSE = {count: 1, capacity: 60, recent: []};
const ANA = {
    ref: "member:7",
    member_id: 7,
    name: "Ana",
    number: "000007",
    image: false,
    outcome: "allow",
    right: "Full",
    left: false,
    until: "",
    inside: false,
    reasons: [],
};
const NO_PLAN = {
    code: "no_plan",
    severity: "block",
    reason: "There is no plan.",
    remedy: "Sell one.",
    button: {label: "Sign up", method: "action_sign_up"},
};

/** Show the desk on which `verdict` is the answer about whoever is looked up. */
async function mountDesk(verdict) {
    onRpc("gym.access.desk", "get_desk", () => ({
        ...HOUSE,
        branches: [{id: 1, name: "Roma"}],
        reasons: [{id: 5, name: "Courtesy"}],
        location_id: 1,
    }));
    onRpc("gym.access.desk", "find", () => ({people: [{ref: "member:7", name: "Ana", number: "000007", branch: "Roma"}]}));
    onRpc("gym.access.desk", "look", () => verdict);
    await mountWithCleanup(Desk, {props: {action: {}}});
    await contains(".o_gym_desk input").edit("ana", {confirm: false});
    await press("Enter");
    await animationFrame();
    await animationFrame();
}

test("who may enter is let in once, however often the button is pressed", async () => {
    await mountDesk(ANA);
    expect(".o_gym_verdict_band").toHaveText("May enter");
    const answer = new Deferred();
    onRpc("gym.access.desk", "check_in", ({args}) => {
        expect.step([args[0], args[1], Boolean(args[2]), args[3]]);
        return answer;
    });
    await contains(".o_gym_let_in").click();
    expect(".o_gym_let_in").not.toBeEnabled();
    answer.resolve({verdict: {...ANA, written: "allow", inside: true}, house: {...HOUSE, count: 2}});
    await animationFrame();
    await animationFrame();
    expect.verifySteps([[1, "member:7", true, null]]);
    expect(".o_gym_verdict_band").toHaveText("Entered");
    expect(".o_gym_let_in").toHaveCount(0);
    expect(".o_gym_desk_house").toHaveText("2 / 60 inside");
});

test("a refusal says why and offers the remedy", async () => {
    await mountDesk({...ANA, outcome: "refuse", reasons: [NO_PLAN]});
    expect(".o_gym_verdict").toHaveAttribute("data-outcome", "refuse");
    expect(".o_gym_let_in").toHaveCount(0);
    expect(".o_gym_reason[data-code=no_plan]").toHaveCount(1);
    expect(".o_gym_remedy").toHaveText("Sign up");
});

test("opening anyway asks for a reason", async () => {
    await mountDesk({...ANA, outcome: "refuse", reasons: [NO_PLAN]});
    onRpc("gym.access.desk", "check_in", ({args}) => {
        expect.step(args[3]);
        return {verdict: {...ANA, outcome: "refuse", written: "override", inside: true}, house: HOUSE};
    });
    expect(".o_gym_open_anyway").toHaveCount(0);
    await contains("button:contains(Open anyway)").click();
    await contains(".o_gym_open_anyway button").click();
    await animationFrame();
    expect.verifySteps([5]);
    expect(".o_gym_verdict").toHaveAttribute("data-outcome", "override");
});
