import { Link } from '@tanstack/react-router';
import { useStrings } from '../../lib/strings/index.ts';

export function ToSignIn() {
  const strings = useStrings();
  return (
    <Link to="/sign-in" className="font-semibold text-accent underline underline-offset-4">
      {strings.auth.toSignIn}
    </Link>
  );
}
