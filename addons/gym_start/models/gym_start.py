from odoo import api, models
from odoo.exceptions import AccessError

OWNER = "gym_members.group_gym_owner"


class GymStart(models.AbstractModel):
    """The owner's first page in a new gym: what there is to do, why, and where.

    Whether a step is done is read from the gym's own data each time; nothing but "left for later" is kept. The page is
    of the company that is switched on.
    """

    _name = "gym.start"
    _description = "Start of a New Gym"

    @api.model
    def get_page(self):
        """Return all that the page shows, as plain values in the user's language.

        :raise AccessError: for who is not the owner of a gym
        """
        self._check_owner()
        steps = self._get_ordered_steps()
        done = sum(step["is_done"] for step in steps)
        return {
            "company": self.env.company.name,
            "steps": steps,
            "done": done,
            "progress": self.env._("%(done)s of %(all)s done", done=done, all=len(steps)),
            "is_open": any(step["is_waiting"] for step in steps),
        }

    @api.model
    def leave(self, key):
        """Leave a step for later, and return the page.

        :raise AccessError: for who is not the owner of a gym
        """
        self._check_owner()
        if key in {step["key"] for step in self._get_steps()}:
            self.env.company._leave_gym_start(key)
        return self.get_page()

    @api.model
    def take_up(self, key):
        """Have a step wait again that was left for later, and return the page.

        :raise AccessError: for who is not the owner of a gym
        """
        self._check_owner()
        self.env.company._take_up_gym_start(key)
        return self.get_page()

    @api.model
    def _check_owner(self):
        """Only owners; what they do here of Odoo's settings is done in sudo after this check, for their own company.

        :raise AccessError: naming who may
        """
        if not self.env.user.has_group(OWNER) or self.env.company not in self.env.user.company_ids:
            raise AccessError(self.env._("The start page is for the owner of the gym."))

    @api.model
    def _is_open(self):
        """Tell whether a step of the company switched on is neither done nor left for later."""
        return any(step["is_waiting"] for step in self._get_ordered_steps())

    @api.model
    def _get_ordered_steps(self):
        left = self.env.company.sudo().gym_start_left or ()
        steps = sorted(self._get_steps(), key=lambda step: step["sequence"])
        for step in steps:
            step["is_left"] = step["key"] in left and not step["is_done"]
            step["is_waiting"] = not step["is_done"] and not step["is_left"]
        return steps
