import {InsightPage} from "@gym_insights/page/page";
import {registry} from "@web/core/registry";

/** Why recurring revenue changed in a month, bar by bar, and what the next months may bring. */
export class GymRevenue extends InsightPage {
    static template = "gym_insights.Revenue";

    setup() {
        super.setup();
        this.filters.month = false;
    }

    fetch() {
        const {location, plan, month} = this.filters;
        return this.orm.call("gym.revenue.page", "get_page", [location, plan, month]);
    }
}

registry.category("actions").add("gym_insights.revenue", GymRevenue);
