-- A copy of a database must never stamp, cancel or ask anything with the real account, also not about documents that
-- were in doubt when it was copied: hence the credentials go too.
UPDATE gym_cfdi_pac
   SET active = FALSE,
       environment = 'test',
       username = NULL,
       password_encrypted = NULL,
       token_encrypted = NULL
 WHERE provider <> 'sandbox';
