import base64
import time
import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import catalogs, issuer, rules, seal, tfd, trial_seal
from ..domain.errors import CfdiError
from ..domain.names import fiscal_name
from ..domain.printed import pdf_of
from ..domain.rfc import normalize
from ..domain.trial import trial_document
from ..services.pac import PacError
from ..tools import language_of, selection_of, user_error

GYM_KEY = "91101501"
# Tax regime of a trial where none is chosen, by the length of the RFC: companies, people with a business
TRIAL_REGIMES = {12: "601", 13: "612"}
STEPS = ("fiscal", "csd", "pac", "test", "live")


class GymCfdiSetup(models.TransientModel):
    """Leads a company from nothing to its first CFDI.

    What is done is read from the company itself, so that the assistant can be left at any step and begins, the next
    time, at the first one that lacks something.
    """

    _name = "gym.cfdi.setup"
    _description = "CFDI Setup Assistant"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, readonly=True)
    step = fields.Selection(
        [
            ("fiscal", "1. Fiscal Data"),
            ("csd", "2. Seal (CSD)"),
            ("pac", "3. Stamping Provider"),
            ("test", "4. Test Stamp"),
            ("live", "5. Go Live"),
        ],
        required=True,
        default="fiscal",
    )
    missing = fields.Text("Still Missing Here", compute="_compute_missing")
    is_active = fields.Boolean(related="company_id.cfdi_active")

    rfc = fields.Char("RFC")
    cfdi_name = fields.Char("Name in the Constancia", help="In capitals, without SA DE CV or the like.")
    cfdi_regime = fields.Selection(lambda self: selection_of(catalogs.regimes()), "Tax Regime")
    zip_code = fields.Char("Postal Code", help="Of the fiscal address. It is the place of issue of your invoices.")
    product_key_id = fields.Many2one("gym.cfdi.product.key", "Default SAT Product Key")

    seal_ids = fields.Many2many("certificate.certificate", "Seals", compute="_compute_seal_ids")
    pac_ids = fields.Many2many("gym.cfdi.pac", "Stamping Providers", compute="_compute_pac_ids")
    test_pac_id = fields.Many2one(
        "gym.cfdi.pac", "Test With", compute="_compute_test_pac_id", store=True, readonly=False
    )
    tested_at = fields.Datetime(related="company_id.cfdi_tested_at")
    test_uuid = fields.Char(related="company_id.cfdi_test_uuid")
    test_duration_ms = fields.Integer("Duration (ms)", readonly=True)
    test_xml = fields.Binary("XML", attachment=False, readonly=True)
    test_xml_name = fields.Char(compute="_compute_test_names")
    test_pdf = fields.Binary("PDF", attachment=False, readonly=True)
    test_pdf_name = fields.Char(compute="_compute_test_names")
    is_confirmed = fields.Boolean("I understand: every invoice posted from now on is reported to the SAT")

    # --- defaults and computes

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        company = self.env["res.company"].browse(values.get("company_id") or self.env.company.id)
        rfc = company._get_cfdi_rfc()
        return values | {
            "rfc": rfc,
            "cfdi_name": company.cfdi_name or fiscal_name(company.name, rfc),
            "cfdi_regime": company.cfdi_regime,
            "zip_code": company.zip,
            "product_key_id": company.cfdi_default_product_key_id.id
            or self.env["gym.cfdi.product.key"]._from_code(GYM_KEY).id,
            "step": self._first_open_step(company),
        }

    @api.model
    def _first_open_step(self, company):
        return next((step for step in STEPS[:-1] if self._get_problems(company, step)), STEPS[-1])

    @api.model
    def _get_problems(self, company, step):
        """Return what a step still lacks, as texts in the user's language."""
        return getattr(self, f"_get_{step}_problems")(company)

    @api.model
    def _get_fiscal_problems(self, company):
        return self._texts(company._get_cfdi_fiscal_problems())

    def _texts(self, errors):
        language = language_of(self.env)
        return [f"{error.text(language)} {error.remedy(language)}" for error in errors]

    @api.model
    def _get_csd_problems(self, company):
        try:
            company._get_csd()
        except UserError as error:
            return [str(error)]
        return []

    @api.model
    def _get_pac_problems(self, company):
        if self._get_pacs(company):
            return []
        return [self.env._("No stamping provider is set up. To try things out, use the sandbox.")]

    @api.model
    def _get_test_problems(self, company):
        if company.cfdi_tested_at:
            return []
        return [self.env._("No test document has been stamped yet.")]

    @api.model
    def _get_live_problems(self, company):
        problems = [problem for step in STEPS[:-1] for problem in self._get_problems(company, step)]
        if not self._get_pacs(company).filtered(lambda pac: pac.environment == "production"):
            problems.append(
                self.env._("No stamping provider has its environment set to production. Change or add one in step 3.")
            )
        if company._has_cfdi_trial_seal():
            problems.append(self.env._("The seal is one for trials. Upload the CSD of the SAT in step 2."))
        return problems

    @api.model
    def _get_pacs(self, company):
        return self.env["gym.cfdi.pac"].search([("company_id", "=", company.id)])

    @api.depends("company_id")
    def _compute_display_name(self):
        for setup in self:
            setup.display_name = self.env._("CFDI of %(company)s", company=setup.company_id.name)

    @api.depends("step", "rfc", "cfdi_name", "cfdi_regime", "zip_code", "seal_ids", "pac_ids", "tested_at")
    def _compute_missing(self):
        for setup in self:
            if setup.step == "fiscal":
                errors = issuer.problems(
                    normalize(setup.rfc), setup.cfdi_name, setup.cfdi_regime, (setup.zip_code or "").strip()
                )
                problems = setup._texts(errors)
            else:
                problems = setup._get_problems(setup.company_id, setup.step)
            setup.missing = "\n".join(problems)

    @api.depends("company_id")
    def _compute_seal_ids(self):
        for setup in self:
            setup.seal_ids = self.env["certificate.certificate"].search(setup.company_id._get_csd_domain())

    @api.depends("company_id")
    def _compute_pac_ids(self):
        for setup in self:
            setup.pac_ids = setup._get_pacs(setup.company_id)

    @api.depends("pac_ids")
    def _compute_test_pac_id(self):
        for setup in self:
            setup.test_pac_id = setup.pac_ids.filtered(lambda pac: pac.environment == "test")[:1]

    @api.depends("test_uuid")
    def _compute_test_names(self):
        for setup in self:
            setup.test_xml_name = f"{setup.test_uuid}.xml"
            setup.test_pdf_name = f"{setup.test_uuid}.pdf"

    # --- actions

    def action_next(self):
        """Go on; leaving the first step keeps what was written there."""
        self._go(1)

    def action_back(self):
        """Go back; leaving the first step keeps what was written there."""
        self._go(-1)

    def _go(self, way):
        self._check_manager()
        if self.step == "fiscal":
            self._keep_fiscal_data()
        self.step = STEPS[min(max(STEPS.index(self.step) + way, 0), len(STEPS) - 1)]

    def _check_manager(self):
        """Who acts here writes on the company, which is done in sudo: by right only managers of that company."""
        self.ensure_one()
        if not self.env.user.has_group("gym_cfdi.group_cfdi_manager") or self.company_id not in self.env.companies:
            raise AccessError(self.env._("Only CFDI managers of the company set it up."))

    def _keep_fiscal_data(self):
        rfc, zip_code = normalize(self.rfc), (self.zip_code or "").strip()
        if errors := issuer.problems(rfc, self.cfdi_name, self.cfdi_regime, zip_code):
            raise user_error(self.env, errors)
        self.company_id.sudo().write(
            {
                "vat": rfc,
                "cfdi_name": self.cfdi_name.strip(),
                "cfdi_regime": self.cfdi_regime,
                "zip": zip_code,
                "country_id": self.env.ref("base.mx").id,
                "cfdi_default_product_key_id": self.product_key_id.id,
            }
        )

    def action_use_trial_seal(self):
        """Make a seal for trials, unless there is a seal already."""
        self._check_manager()
        company = self.company_id
        if self._get_problems(company, "csd"):
            made = trial_seal.make(company._get_cfdi_rfc(), company.cfdi_name or company.name, fields.Datetime.now())
            self.env["certificate.certificate"]._create_csd(company, *made)

    def action_use_sandbox(self):
        """Have the sandbox stamp, unless it does already."""
        self._check_manager()
        pacs = self.env["gym.cfdi.pac"].with_context(active_test=False)
        sandbox = pacs.search([("company_id", "=", self.company_id.id), ("provider", "=", "sandbox")], limit=1)
        if sandbox:
            sandbox.active = True
        else:
            pacs.create(
                {
                    "name": self.env._("Sandbox"),
                    "provider": "sandbox",
                    "environment": "test",
                    "company_id": self.company_id.id,
                    "sequence": 100,
                }
            )

    def action_test_stamp(self):
        """Seal an invoice of 1.16 pesos from the company to itself and have it stamped by a test environment."""
        self._check_manager()
        pac, company = self.test_pac_id, self.company_id
        if pac.company_id != company or pac.environment != "test":
            raise UserError(self.env._("Choose a stamping provider of this company whose environment is test."))
        if errors := company._get_cfdi_fiscal_problems():
            raise user_error(self.env, errors)
        started = time.monotonic()
        xml, comprobante = self._stamp_test(company, pac)
        self.write(
            {
                "test_duration_ms": round((time.monotonic() - started) * 1000),
                "test_xml": base64.b64encode(xml),
                "test_pdf": base64.b64encode(pdf_of(comprobante)),
            }
        )
        company.sudo().write({"cfdi_tested_at": fields.Datetime.now(), "cfdi_test_uuid": comprobante.timbre.uuid})

    def _stamp_test(self, company, pac):
        """Return the stamped bytes and what they say.

        :raise UserError: with what the rules, the seal or the PAC object to
        """
        document = trial_document(company._get_cfdi_issuer(), company.zip, company._get_cfdi_now())
        failures = [failure for failure in rules.check(document) if failure.severity == rules.ERROR]
        if failures:
            raise user_error(self.env, failures)
        try:
            sealed = seal.seal(document, company._get_csd())
            answer = pac._get_client().stamp(sealed.xml, str(uuid.uuid4()))
            return answer.xml, tfd.accept(sealed.xml, answer.xml)
        except CfdiError as error:
            raise user_error(self.env, [error]) from error
        except PacError as error:
            raise UserError(
                self.env._("%(pac)s did not stamp the test document: %(error)s", pac=pac.name, error=error)
            ) from error

    def action_start_trial(self):
        """Have posted invoices stamped by a test environment: everything works, nothing has fiscal validity."""
        self._check_manager()
        problems = [problem for step in STEPS[:-1] for problem in self._get_problems(self.company_id, step)]
        if problems:
            raise UserError("\n".join(problems))
        if self._get_pacs(self.company_id).filtered(lambda pac: pac.environment == "production"):
            raise UserError(self.env._("A stamping provider is set to production. For a trial, archive it in step 3."))
        self._activate(self.env._("CFDI on trial: documents are stamped by a test environment."))

    @api.model
    def _start_trial(self):
        """Take the company switched on from nothing to a trial in one go: seal for trials, sandbox, test, start.

        What it has already of these stays. A regime that nobody chose is the usual one.

        :raise UserError: with what cannot be right, or what the sandbox says
        """
        setup = self.create({})
        regime = TRIAL_REGIMES.get(len(normalize(setup.rfc)))
        setup.cfdi_regime = setup.cfdi_regime or regime
        setup._check_manager()
        setup._keep_fiscal_data()
        setup.action_use_trial_seal()
        setup.action_use_sandbox()
        setup.test_pac_id = setup._get_pacs(setup.company_id).filtered(lambda pac: pac.provider == "sandbox")
        setup.action_test_stamp()
        setup.action_start_trial()

    def action_go_live(self):
        """Stamp for real from now on. The test environments are archived, so that none of them stamps an invoice."""
        self._check_manager()
        if not self.is_confirmed:
            raise UserError(self.env._("Confirm that you understand what going live means."))
        if problems := self._get_live_problems(self.company_id):
            raise UserError("\n".join(problems))
        pacs = self._get_pacs(self.company_id)
        production = pacs.filtered(lambda pac: pac.environment == "production")
        production[0].action_test_connection()
        (pacs - production).active = False
        self._activate(
            self.env._("CFDI live: %(pacs)s stamp every posted invoice.", pacs=", ".join(production.mapped("name")))
        )

    def _activate(self, message):
        company = self.company_id.sudo()
        company.cfdi_active = True
        company.cfdi_since = company.cfdi_since or company._today()
        company.message_post(body=message, author_id=self.env.user.partner_id.id)

    def action_stop(self):
        """Issue nothing more; what was recorded before is still stamped."""
        self._check_manager()
        company = self.company_id.sudo()
        company.cfdi_active = False
        company.message_post(
            body=self.env._("CFDI stopped: invoices posted from now on are not stamped."),
            author_id=self.env.user.partner_id.id,
        )
