/** The reading lamp of a library desk: Carrel's mark. `lit` draws its light, too. */
export function Lamp({ size = 28, lit = false }: { size?: number; lit?: boolean }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden className="shrink-0">
      {lit && <path d="M9 24h30l7 17H2Z" fill="var(--lamp)" opacity="0.42" />}
      <path d="M24 5v4M24 25v15" stroke="var(--warn)" strokeWidth="2.4" strokeLinecap="round" />
      <path
        d="M6 23.2C6 14.6 13.2 9 24 9s18 5.6 18 14.2c0 .9-.6 1.5-1.5 1.5h-33c-.9 0-1.5-.6-1.5-1.5Z"
        fill="var(--accent)"
      />
      <path
        d="M12 20.5c1-4.3 4.7-7 9.4-7.8"
        stroke="var(--accent-ink)"
        strokeOpacity="0.55"
        strokeWidth="1.8"
        strokeLinecap="round"
        fill="none"
      />
      <path d="M30 25v6" stroke="var(--warn)" strokeWidth="1.4" strokeLinecap="round" />
      <circle cx="30" cy="32.3" r="1.5" fill="var(--warn)" />
      <path d="M13 42c0-1.3 4.6-2.4 11-2.4S35 40.7 35 42Z" fill="var(--warn)" />
      <path d="M3 43.2h42" stroke="var(--ink)" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 font-serif text-lg font-semibold tracking-tight">
      <Lamp size={26} />
      Carrel
    </span>
  );
}
