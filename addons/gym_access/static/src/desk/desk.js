import {Component, onWillStart, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {debounce} from "@web/core/utils/timing";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {Verdict} from "./verdict";

const BRANCH = "gym_access_branch"; // which branch this computer stands at
// a code of a card or pass, and one of a phone; what begins like one is still being read
const CODE = /^(9[12]\d{16}|90\d{54})$/;
const BEGUN = /^9[012]\d{8,}$/;
const WAIT_MS = 250; // after the last key, before asking
const HOUSE_MS = 15000; // how often the count is asked again

/**
 * Who stands at the desk, may they enter, and what to do about it. What it shows is decided by the server.
 */
export class Desk extends Component {
    static template = "gym_access.Desk";
    static components = {Verdict};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.input = useRef("input");
        this.state = useState({
            branches: [],
            reasons: [],
            locationId: Number(browser.localStorage.getItem(BRANCH)) || null,
            house: {count: 0, capacity: 0, recent: []},
            text: "",
            people: null,
            verdict: null,
            busy: false,
        });
        this.searchSoon = debounce(() => this.search(), WAIT_MS);
        onWillStart(() => this.load(this.state.locationId));
        useEffect(
            () => {
                this.input.el?.focus();
                const timer = browser.setInterval(() => this.refreshHouse(), HOUSE_MS);
                return () => browser.clearInterval(timer);
            },
            () => []
        );
        onWillUnmount(() => this.searchSoon.cancel());
    }

    call(method, ...args) {
        return this.orm.silent.call("gym.access.desk", method, args);
    }

    async load(locationId) {
        const desk = await this.call("get_desk", locationId);
        Object.assign(this.state, {branches: desk.branches, reasons: desk.reasons, locationId: desk.location_id});
        this.showHouse(desk);
    }

    async refreshHouse() {
        if (!document.hidden && !this.state.busy) {
            this.showHouse(await this.call("get_desk", this.state.locationId));
        }
    }

    showHouse({count, capacity, recent}) {
        this.state.house = {count, capacity, recent};
    }

    get fill() {
        const {count, capacity} = this.state.house;
        return capacity ? Math.min(100, Math.round((100 * count) / capacity)) : 0;
    }

    async changeBranch(ev) {
        browser.localStorage.setItem(BRANCH, ev.target.value);
        this.clear();
        await this.load(Number(ev.target.value));
    }

    // === FINDING === //

    onInput() {
        this.searchSoon();
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.searchSoon.cancel();
            this.search(true);
        } else if (ev.key === "Escape") {
            this.clear();
        }
    }

    /** Ask who is meant; with Enter, the only one found is shown at once. A code is asked for when it is whole. */
    async search(isSure = false) {
        const text = this.state.text;
        const digits = text.replace(/[\s-]/g, "");
        if (!digits || (BEGUN.test(digits) && !CODE.test(digits))) {
            this.state.people = null;
            return;
        }
        const found = await this.call("find", this.state.locationId, text);
        if (text !== this.state.text) {
            return; // somebody went on typing
        }
        if (found.verdict) {
            this.show(found.verdict);
        } else if (isSure && found.people.length === 1) {
            await this.look(found.people[0].ref);
        } else {
            Object.assign(this.state, {people: found.people, verdict: null});
        }
    }

    async look(ref) {
        this.show(await this.call("look", this.state.locationId, ref));
    }

    show(verdict) {
        Object.assign(this.state, {verdict, people: null, text: ""});
        this.key = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
        this.input.el?.focus();
    }

    clear() {
        Object.assign(this.state, {verdict: null, people: null, text: ""});
        this.input.el?.focus();
    }

    // === ACTING === //

    async checkIn(reasonId = null) {
        await this.once(async () => {
            const {verdict, house} = await this.call(
                "check_in",
                this.state.locationId,
                this.state.verdict.ref,
                this.key,
                reasonId,
                this.state.verdict.problem || null
            );
            this.state.verdict = verdict;
            this.showHouse(house);
        });
    }

    async checkOut() {
        await this.once(async () => {
            this.showHouse(await this.call("check_out", this.state.locationId, this.state.verdict.ref));
            this.clear();
        });
    }

    /** Let one press of a button end before another begins. */
    async once(work) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await work();
        } finally {
            this.state.busy = false;
            this.input.el?.focus();
        }
    }

    /** Do what mends a reason, and ask again when its window closes. */
    async remedy(button) {
        const {member_id: id, ref} = this.state.verdict;
        await this.open(await this.orm.call("gym.member", button.method, [[id]]), () => this.look(ref));
    }

    async open(action, onClose) {
        await this.action.doAction(action, {onClose});
    }

    openMember() {
        this.open({
            type: "ir.actions.act_window",
            res_model: "gym.member",
            res_id: this.state.verdict.member_id,
            views: [[false, "form"]],
        });
    }

    openInside() {
        this.open({
            type: "ir.actions.act_window",
            name: _t("Who is inside"),
            res_model: "gym.access.presence",
            domain: [["location_id", "=", this.state.locationId]],
            views: [[false, "list"]],
        });
    }

    get placeholder() {
        return _t("Scan a code, or type a name, number or phone");
    }
}

registry.category("actions").add("gym_access_desk", Desk);
