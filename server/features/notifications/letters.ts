import type { MailLanguage } from '../../lib/mail-language.ts';
import { germanNotices } from './letters-de.ts';
import { englishNotices, type Notices } from './letters-en.ts';

export const notices: Record<MailLanguage, Notices> = { en: englishNotices, de: germanNotices };
