import { forAdmins } from './for-admins.ts';
import { useLanguage } from './index.ts';

export const useAdminStrings = (): (typeof forAdmins)['en'] => forAdmins[useLanguage()];
