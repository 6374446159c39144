-- what a copy of the database must not keep of Conekta and Digital FEMSA
UPDATE payment_provider
   SET conekta_live_key_sealed = NULL,
       conekta_test_key_sealed = NULL,
       conekta_webhook_keys = NULL;
