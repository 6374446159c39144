import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/** A page of figures that the server counted, by branch and plan; each figure opens its list. */
export class InsightPage extends Component {
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({data: null});
        this.filters = {location: false, plan: false};
        this.display = {controlPanel: {}};
        onWillStart(() => this.load());
    }

    async load(changed = {}) {
        Object.assign(this.filters, changed);
        this.state.data = await this.fetch();
    }

    /** Of a subclass: ask the server for the page of `this.filters`. */
    fetch() {
        throw new Error("A page says where its figures come from.");
    }

    choose(name, ev) {
        return this.load({[name]: parseInt(ev.target.value, 10) || false});
    }

    open(action) {
        return this.action.doAction(action);
    }
}
