from odoo import fields, models


class GymMemberImportWord(models.AbstractModel):
    """A word of one column of an imported file, and what it means here: chosen once for all the rows that have it."""

    _name = "gym.member.import.word"
    _description = "Word of a Member Import"
    _inherit = ["gym.relation.guard"]
    _order = "row_count desc, id"
    # the code of the column whose words these are
    _field_code = None

    import_id = fields.Many2one("gym.member.import", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    name = fields.Char(string="Word in the File", required=True, readonly=True)
    row_count = fields.Integer(string="Rows", readonly=True)

    _once = models.UniqueIndex("(import_id, name)", "This word is already in the list.")

    def write(self, vals):
        self.import_id._check_can_change()
        result = super().write(vals)
        self.import_id._back_to_mapping()
        return result

    def _sync(self, job, counts):
        """List the words of ``job`` that the file has; those listed already (``self``) keep the meaning chosen.

        :param dict counts: word to its number of rows
        :return: the ones listed now
        """
        self.filtered(lambda one: one.name not in counts).unlink()
        new = counts.keys() - set(self.exists().mapped("name"))
        names = [name for name in counts if name in new]
        proposals = self._propose(job, names)
        return self.create(
            [{"import_id": job.id, "name": name, "row_count": counts[name]} | proposals[name] for name in names]
        )

    def _propose(self, job, names):
        """Return what each of ``names`` may mean: name to the values of the fields that say so. To be defined."""
        raise NotImplementedError
