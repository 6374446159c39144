import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

const LOOKS = {
    allow: {tone: "success", icon: "fa-check-circle"},
    warn: {tone: "warning", icon: "fa-exclamation-circle"},
    refuse: {tone: "danger", icon: "fa-times-circle"},
    override: {tone: "warning", icon: "fa-unlock-alt"},
};
const REASON_ICONS = {block: "fa-ban text-danger", warn: "fa-exclamation-triangle text-warning", info: "fa-birthday-cake text-info"};

/**
 * One person and whether they may enter: photo, answer, each reason with its remedy and the button that mends it.
 */
export class Verdict extends Component {
    static template = "gym_access.Verdict";
    static props = {
        verdict: Object,
        reasons: Array,
        busy: Boolean,
        onCheckIn: Function,
        onCheckOut: Function,
        onRemedy: Function,
        onOpenMember: Function,
        onClose: Function,
        onTakePayment: {type: Function, optional: true}, // where there is a till
    };

    setup() {
        this.state = useState({isOpening: false});
    }

    get outcome() {
        return this.props.verdict.written || this.props.verdict.outcome;
    }

    get look() {
        return LOOKS[this.outcome];
    }

    get title() {
        const {written, outcome} = this.props.verdict;
        if (written === "refuse") {
            return _t("Not let in");
        }
        if (written) {
            return _t("Entered");
        }
        return {allow: _t("May enter"), warn: _t("May enter, with a word"), refuse: _t("May not enter")}[outcome];
    }

    get mayEnter() {
        const {written, outcome, ref} = this.props.verdict;
        return ref && !written && outcome !== "refuse";
    }

    get mayOpenAnyway() {
        const {written, outcome, ref} = this.props.verdict;
        return ref && (written || outcome) === "refuse";
    }

    iconOf(reason) {
        return REASON_ICONS[reason.severity];
    }

    initialOf(name) {
        return (name || "?").trim().charAt(0).toUpperCase();
    }
}
