from odoo import models


class GymCfdiDocument(models.Model):
    """What follows a stamp beside its path: the invoice's new PDF, and the mail to the person who asked."""

    _inherit = "gym.cfdi.document"

    def _on_stamped(self):
        result = super()._on_stamped()
        moves = self.sudo().move_id
        # made before the stamp, it lacks the folio fiscal
        moves.invoice_pdf_report_id.unlink()
        for document in self.filtered("move_id.cfdi_send_to"):
            document.with_delay(
                channel="root.cfdi",
                priority=5,
                description=self.env._("Send the CFDI %(name)s", name=document.display_name),
                identity_key=f"cfdi-mail-{document.id}",
            )._job_send_to_holder()
        return result

    def _job_send_to_holder(self):
        """Mail XML and PDF to the holder of the ticket, once."""
        self.ensure_one()
        document = self.sudo()
        values = [
            {
                "name": f"{document.uuid}.{kind}",
                "raw": content,
                "mimetype": mimetype,
                "res_model": "account.move",
                "res_id": document.move_id.id,
            }
            for kind in ("pdf", "xml")
            for content, mimetype in [document._get_download(kind)]
        ]
        attachments = self.env["ir.attachment"].sudo().create(values)
        template = self.env.ref("gym_cfdi.mail_template_ticket").sudo()
        template.send_mail(document.id, force_send=True, email_values={"attachment_ids": attachments.ids})
