import {advanceTime, expect, test} from "@odoo/hoot";
import {MockServer, contains, defineModels, fields, models, mountView, onRpc} from "@web/../tests/web_test_helpers";
import {INTERVAL_MS} from "@gym_members/live_record/live_record";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class Work extends models.Model {
    _name = "work";
    name = fields.Char();
    progress = fields.Integer();
    is_running = fields.Boolean();
    _records = [{id: 1, name: "import", progress: 10, is_running: true}];
}

defineModels([Work]);
defineMailModels();

const arch = `
    <form>
        <field name="name"/>
        <field name="is_running" invisible="1"/>
        <field name="progress" readonly="1"/>
        <widget name="gym_live_record" invisible="not is_running"/>
    </form>`;

async function mountForm() {
    onRpc("work", "web_read", () => expect.step("read"));
    await mountView({type: "form", resModel: "work", resId: 1, arch});
    expect.verifySteps(["read"]);
}

test("shows what has become of the record", async () => {
    await mountForm();
    MockServer.env.work.write([1], {progress: 60});
    await advanceTime(INTERVAL_MS);
    expect(".o_field_widget[name=progress]").toHaveText("60");
    expect.verifySteps(["read"]);
});

test("leaves what is typed alone", async () => {
    await mountForm();
    await contains("[name=name] input").edit("renamed", {confirm: false});
    await advanceTime(INTERVAL_MS);
    expect("[name=name] input").toHaveValue("renamed");
    expect.verifySteps([]);
});

test("stops when the work is over", async () => {
    await mountForm();
    MockServer.env.work.write([1], {is_running: false});
    await advanceTime(INTERVAL_MS);
    expect.verifySteps(["read"]);
    expect(".fa-spin").toHaveCount(0);
    await advanceTime(INTERVAL_MS * 3);
    expect.verifySteps([]);
});
