import {Component, useState} from "@odoo/owl";
import {parseFloat as parseAmount} from "@web/views/fields/parsers";
import {Dialog} from "@web/core/dialog/dialog";
import {useAutofocus} from "@web/core/utils/hooks";
import {_t} from "@web/core/l10n/translation";

/**
 * What somebody owes and how much of it they pay now: anything up to what the desk may take beyond the debt.
 */
export class DuesDialog extends Component {
    static template = "gym_pos.DuesDialog";
    static components = {Dialog};
    static props = {dues: Object, format: Function, take: Function, close: Function};

    setup() {
        useAutofocus({selectAll: true});
        this.state = useState({text: this.props.dues.owed.toFixed(2), problem: ""});
    }

    get most() {
        return this.props.dues.owed + this.props.dues.over;
    }

    read() {
        try {
            return Math.round(parseAmount(this.state.text) * 100) / 100;
        } catch {
            return Number.NaN;
        }
    }

    async confirm() {
        const amount = this.read();
        if (!(amount > 0)) {
            this.state.problem = _t("Write how much is paid, such as 499.00.");
        } else if (amount > this.most) {
            this.state.problem = _t("The desk takes up to %s here. A manager takes more.", this.props.format(this.most));
        } else {
            this.props.close();
            await this.props.take(amount);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.confirm();
        }
    }
}
