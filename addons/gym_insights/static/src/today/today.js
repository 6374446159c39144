import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * The first page of owners and managers: shows what the server counted (gym.insights) and opens the list behind it.
 */
export class GymToday extends Component {
    static template = "gym_insights.Today";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({data: null});
        this.display = {controlPanel: {}};
        onWillStart(() => this.load());
    }

    async load(location = false) {
        this.state.data = await this.orm.call("gym.insights", "get_today", [location]);
    }

    open(action) {
        return this.action.doAction(action);
    }

    chooseLocation(ev) {
        return this.load(parseInt(ev.target.value, 10) || false);
    }

    /** Ask for the week by mail, or for no more of it; the tick shows what the server kept. */
    async setWeeklyMail(ev) {
        const wanted = ev.target.checked;
        ev.target.checked = this.state.data.is_week_mailed;
        await this.orm.call("gym.insights", "set_weekly_mail", [wanted]);
        ev.target.checked = this.state.data.is_week_mailed = wanted;
    }

    /** Carry out one of the buttons of who owes: a message, a call, a payment. */
    async act(row, method) {
        const action = await this.orm.call("gym.owing.report", method, [[row.id]]);
        return this.action.doAction(action, {onClose: () => this.load(this.state.data.location)});
    }
}

registry.category("actions").add("gym_insights.today", GymToday);
