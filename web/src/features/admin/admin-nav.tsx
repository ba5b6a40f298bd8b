import { Link, useLocation, useNavigate, type LinkProps } from '@tanstack/react-router';
import { inputClass } from '../../components/ui/field.tsx';

type Props = { label: string; pages: readonly (readonly [NonNullable<LinkProps['to']>, string])[] };

/** The admin's pages: a list beside them on the desk, a picker over them where there is no room for one. */
export function AdminNav({ label, pages }: Props) {
  const navigate = useNavigate();
  const here = useLocation({ select: ({ pathname }) => pathname });
  const chosen = pages.find(([to]) => here.startsWith(to))?.[0] ?? '';
  return (
    <>
      <select
        aria-label={label}
        value={chosen}
        onChange={({ target }) => void navigate({ to: target.value })}
        className={`${inputClass} lg:hidden`}
      >
        {pages.map(([to, text]) => (
          <option key={to} value={to} className="bg-sheet">
            {text}
          </option>
        ))}
      </select>
      <nav aria-label={label} className="sticky top-0 hidden w-48 shrink-0 self-start pt-1 lg:block">
        <ul className="space-y-0.5">
          {pages.map(([to, text]) => (
            <li key={to}>
              <Link
                to={to}
                className="flex min-h-9 items-center rounded-md px-3 text-muted transition-colors hover:bg-well hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-ink"
              >
                {text}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}
