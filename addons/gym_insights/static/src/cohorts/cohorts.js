import {InsightPage} from "@gym_insights/page/page";
import {registry} from "@web/core/registry";

/** Of those who joined in a month, how many are still members so many months later: a map that opens its lists. */
export class GymCohorts extends InsightPage {
    static template = "gym_insights.Cohorts";

    fetch() {
        const {location, plan} = this.filters;
        return this.orm.call("gym.cohort.page", "get_page", [location, plan]);
    }
}

registry.category("actions").add("gym_insights.cohorts", GymCohorts);
