import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/**
 * The owner's first page in a new gym: the steps that the server tells of (gym.start), each opened where it is done.
 */
export class GymStart extends Component {
    static template = "gym_start.Start";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({page: null, isBusy: false});
        this.display = {controlPanel: {}};
        onWillStart(() => this.call("get_page"));
    }

    /** Ask for the page, after what the method does to it. */
    async call(method, ...args) {
        this.state.page = await this.orm.call("gym.start", method, args);
    }

    open(step) {
        return this.action.doAction(step.action, {onClose: () => this.call("get_page")});
    }

    /** Press one of a step's further buttons: an action, or a method of the page that acts at once. */
    async press(button) {
        if (button.action) {
            return this.action.doAction(button.action);
        }
        this.state.isBusy = true;
        try {
            await this.call(button.method);
        } finally {
            this.state.isBusy = false;
        }
    }

    get percent() {
        return Math.round((100 * this.state.page.done) / this.state.page.steps.length);
    }

    get next() {
        return this.state.page.steps.find((step) => step.is_waiting && step.button);
    }
}

registry.category("actions").add("gym_start.start", GymStart);
