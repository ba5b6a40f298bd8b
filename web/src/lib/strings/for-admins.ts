import { embeddings as embeddingsDe } from './de-embeddings.ts';
import { signInSettings as signInSettingsDe } from './de-sign-in.ts';
import { embeddings } from './en-embeddings.ts';
import { signInSettings } from './en-sign-in.ts';
import { finding as findingDe } from './finding.de.ts';
import { finding } from './finding.en.ts';

/** What only admins are told, which nobody else has to fetch: in all languages, as it comes with their pages. */
export const forAdmins = {
  en: { embeddings, signInSettings, finding },
  de: { embeddings: embeddingsDe, signInSettings: signInSettingsDe, finding: findingDe },
};
