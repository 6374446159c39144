import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Offers only the uses of the CFDI that the regime chosen admits; without a regime, all of them. */
export class FiscalUse extends Interaction {
    static selector = ".o_cfdi_fiscal_fields";
    dynamicContent = {
        "select[name='regime']": { "t-on-change": this.offer },
    };

    start() {
        this.offer();
    }

    offer() {
        const regime = this.el.querySelector("select[name='regime']").value;
        const select = this.el.querySelector("select[name='use']");
        const options = [...select.options].filter((option) => option.value);
        const admits = (option) => !regime || option.dataset.regimes.split(" ").includes(regime);
        for (const option of options) {
            option.hidden = option.disabled = !admits(option);
        }
        if (regime && (!select.value || !admits(select.selectedOptions[0]))) {
            select.value = ["G03", "S01"].find((use) => options.some((option) => option.value === use && admits(option)));
        }
    }
}

registry.category("public.interactions").add("gym_cfdi.fiscal_use", FiscalUse);
