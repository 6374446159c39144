from odoo import models


class GymSending(models.AbstractModel):
    """A request to a provider that is written down and committed before it is sent, once.

    After a crash it is known that money may have moved, and under which reference to ask for it. A model that inherits
    it gives ``state``, :meth:`_write_down` and :meth:`_send`.
    """

    _name = "gym.sending"
    _description = "Request to a Provider"

    def _lock(self, state):
        """Take the row for this transaction; ``False`` when another worker has it or it is not in ``state``."""
        ours = self.try_lock_for_update()
        ours.invalidate_recordset()
        return ours.state == state

    def _send_once(self):
        """Write the request down, commit, send it: in that order. The row is locked, see :meth:`_lock`."""
        self._write_down()
        self._commit()
        self._send()

    def _write_down(self):
        """Note what is about to be sent, with the reference that identifies it before the provider."""
        raise NotImplementedError

    def _commit(self):
        """Make what was written down survive a crash during the request; the job has done nothing else so far."""
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _send(self):
        """Send what was written down."""
        raise NotImplementedError
