-- what a copy of the database must not keep of Mercado Pago
UPDATE payment_provider
   SET mercado_pago_webhook_secret = NULL,
       mercado_pago_refresh_token = NULL,
       mercado_pago_public_key = NULL;
