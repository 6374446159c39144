"""Until when money that was asked for counts as on its way. Instants are naive UTC."""

from datetime import datetime, timedelta

# Stripe's vouchers of OXXO are good for up to seven days, Mercado Pago's reviews end within two business days
LONGEST = timedelta(days=7)


def awaited_until(asked_at: datetime, expires_at: datetime | None = None) -> datetime:
    """Return the first instant at which a voucher asked for at ``asked_at`` no longer counts as money on its way.

    :param expires_at: as the provider says; ``None`` when it says nothing, so that it is given :data:`LONGEST`
    """
    return expires_at or asked_at + LONGEST
