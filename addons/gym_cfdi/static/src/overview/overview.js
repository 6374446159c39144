import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * Shows what the server counted (gym.cfdi.overview) and opens the list behind each count.
 */
export class CfdiOverview extends Component {
    static template = "gym_cfdi.Overview";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({data: null});
        this.display = {controlPanel: {}};
        onWillStart(() => this.load(this.props.state?.month));
    }

    async load(month = false) {
        this.state.data = await this.orm.call("gym.cfdi.overview", "get_overview", [month]);
    }

    open(action) {
        return this.action.doAction(action);
    }

    get openChecks() {
        return this.state.data.checks.filter((check) => check.count).length;
    }

    /** How far the month is: not begun without CFDI, to do, in course until its last day is over, or ready. */
    get standing() {
        if (!this.state.data.is_active) {
            return {tone: "secondary", text: _t("No CFDI yet")};
        }
        if (this.openChecks) {
            return {tone: "warning", text: _t("%s to do", this.openChecks)};
        }
        return this.state.data.is_over
            ? {tone: "success", text: _t("Ready to close")}
            : {tone: "info", text: _t("In course")};
    }

    get series() {
        return [
            {key: "stamped", color: "bg-success"},
            {key: "pending", color: "bg-info"},
            {key: "rejected", color: "bg-danger"},
            {key: "cancelled", color: "bg-dark bg-opacity-50"},
        ];
    }

    /** Width of a bar in percent of the busiest month. */
    width(count) {
        const most = Math.max(1, ...this.state.data.months.map((month) => month.total));
        return `width: ${(100 * count) / most}%`;
    }
}

registry.category("actions").add("gym_cfdi.overview", CfdiOverview);
