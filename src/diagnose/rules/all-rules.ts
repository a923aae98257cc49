// Every rule. The order decides between findings of equal weight.
import type { Rule } from '../rule.ts';
import { AUTHENTICATION_RULES } from './authentication.ts';
import { PERMISSION_RULES } from './permission.ts';
import { CONFIGURATION_RULES } from './configuration.ts';
import { CONFIGURATION_LIMIT_RULES } from './configuration-limits.ts';
import { DATABASE_RULES } from './database.ts';
import { DATABASE_FILE_RULES } from './database-file.ts';
import { HEALTHY_RULES } from './healthy.ts';
import { HOST_RULES } from './host.ts';
import { FILE_RULES } from './files.ts';
import { PAGE_RULES } from './page.ts';
import { RECIPIENT_RULES } from './recipient.ts';
import { RECOVERY_RULES } from './recovery.ts';
import { RESTORE_RULES } from './restore.ts';
import { STORE_RULES } from './store.ts';
import { ISINTEG_RULES } from './isinteg.ts';
import { TRANSPORT_RULES } from './transport.ts';

/** Every rule, deepest level first. */
export const ALL_RULES: readonly Rule[] = [
  ...PAGE_RULES,
  ...DATABASE_RULES,
  ...DATABASE_FILE_RULES,
  ...RECOVERY_RULES,
  ...RESTORE_RULES,
  ...STORE_RULES,
  ...ISINTEG_RULES,
  ...RECIPIENT_RULES,
  ...TRANSPORT_RULES,
  ...AUTHENTICATION_RULES,
  ...PERMISSION_RULES,
  ...CONFIGURATION_RULES,
  ...CONFIGURATION_LIMIT_RULES,
  ...FILE_RULES,
  ...HOST_RULES,
  ...HEALTHY_RULES,
];
