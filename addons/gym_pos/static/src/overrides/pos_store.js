import {patch} from "@web/core/utils/patch";
import {PosStore} from "@point_of_sale/app/services/pos_store";

patch(PosStore.prototype, {
    /** A till of a branch begins, and begins again after each ticket, with who stands at the desk. */
    get defaultPage() {
        return this.config.raw.gym_location_id ? {page: "GymDeskScreen", params: {}} : super.defaultPage;
    },

    /** Go back to the person whose dues were taken: now they may enter. */
    orderDone(order) {
        const member = order.lines.find((line) => line.gym_member_id)?.gym_member_id;
        this.gymRef = member && `member:${member.id}`;
        super.orderDone(...arguments);
    },

    /**
     * Put dues on a ticket of their own and ask how they are paid: goods may be invoiced by name, dues have invoices.
     *
     * @param {Object} dues as gym.access.desk.get_dues tells
     * @param {Number} amount
     */
    async sellGymDues(dues, amount) {
        const [member] = await this.data.read("gym.member", [dues.member_id]);
        const product = this.models["product.product"].get(this.config._gym_dues_product_id);
        const order = this.addNewOrder();
        await this.addLineToOrder(
            {
                product_tmpl_id: product.product_tmpl_id,
                product_id: product,
                price_unit: amount,
                qty: 1,
                tax_ids: [],
                gym_member_id: member,
                customer_note: dues.name,
            },
            order,
            {},
            false
        );
        this.navigate("PaymentScreen", {orderUuid: order.uuid});
    },
});
