/** One mail to one person, ready to go. */
export type Mail = {
  /** Names the mail among all others; becomes its Message-ID, so that who gets it twice sees it once. */
  id: string;
  /** A bare address. */
  to: string;
  subject: string;
  text: string;
  html: string;
};

/** Hands mails over. */
export interface MailDriver {
  /** Resolves once the next server has taken the mail; rejects when it could not be reached, or did not want it. */
  send(mail: Mail): Promise<void>;
  close(): void;
}
