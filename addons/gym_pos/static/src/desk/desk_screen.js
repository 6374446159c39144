import {Desk} from "@gym_access/desk/desk";
import {usePos} from "@point_of_sale/app/hooks/pos_hook";
import {ConnectionLostError} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {_t} from "@web/core/l10n/translation";
import {DuesDialog} from "./dues_dialog";

const TAKE_PAYMENT = "action_take_payment";

/**
 * The check-in screen as the first page of a till: at the branch of the till, and what is owed is taken with a ticket.
 */
export class GymDeskScreen extends Desk {
    static storeOnOrder = false;
    static props = {};

    setup() {
        super.setup();
        this.pos = usePos();
        this.dialog = useService("dialog");
        this.notification = useService("notification");
    }

    /** Without a connection the till goes on selling; who may enter is asked again when there is one. */
    async call(method, ...args) {
        try {
            return await super.call(method, ...args);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.notification.add(_t("No connection: the till sells, but cannot ask who may enter."), {type: "warning"});
            return method === "find" ? {people: []} : {branches: [], reasons: [], count: 0, capacity: 0, recent: []};
        }
    }

    async load() {
        await super.load(this.pos.config.raw.gym_location_id);
        this.state.branches = this.state.branches.filter((branch) => branch.id === this.state.locationId);
        const ref = this.pos.gymRef; // whose ticket was just paid
        this.pos.gymRef = null;
        if (ref) {
            await this.look(ref);
        }
    }

    async remedy(button) {
        if (button.method !== TAKE_PAYMENT) {
            await super.remedy(button);
            return;
        }
        await this.takePayment();
    }

    async takePayment() {
        const {ref} = this.state.verdict;
        const dues = await this.call("get_dues", this.state.locationId, ref);
        this.dialog.add(DuesDialog, {
            dues,
            format: (amount) => this.env.utils.formatCurrency(amount),
            take: (amount) => this.pos.sellGymDues(dues, amount),
        });
    }

    /** A till has no room for other screens: they come up in front of it. */
    async open(action, onClose) {
        await super.open({...action, target: "new"}, onClose);
    }
}

registry.category("pos_pages").add("GymDeskScreen", {
    name: "GymDeskScreen",
    component: GymDeskScreen,
    route: `/pos/ui/${odoo.pos_config_id}/desk`,
    params: {},
});
