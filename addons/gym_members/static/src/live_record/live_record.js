import {Component, useEffect, xml} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

export const INTERVAL_MS = 3000;

/**
 * Reads the record of a form again every few seconds, as long as the widget is visible: give it an `invisible` that
 * says when nothing is going on. What somebody has typed and not saved is never lost: then it waits.
 */
export class LiveRecord extends Component {
    static template = xml`<i class="fa fa-refresh fa-spin text-muted" role="status" t-att-title="title"/>`;
    static props = {...standardWidgetProps, title: {type: String, optional: true}};

    setup() {
        useEffect(
            () => {
                const timer = setInterval(() => this.reload(), INTERVAL_MS);
                return () => clearInterval(timer);
            },
            () => []
        );
    }

    get title() {
        return this.props.title || "";
    }

    async reload() {
        const {record} = this.props;
        if (!document.hidden && !(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("gym_live_record", {
    component: LiveRecord,
    extractProps: ({attrs}) => ({title: attrs.title}),
});
