/** A citation in the text. */
export const citeLook =
  'ms-0.5 inline-flex h-5 min-w-5 -translate-y-px items-center justify-center gap-0.5 rounded-full border px-1.5 align-baseline font-sans text-xs leading-none font-semibold transition-colors';
export const provenLook = 'border-transparent bg-accent-soft text-accent hover:border-accent';
