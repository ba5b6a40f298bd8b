/** In the place of `tailwind-merge`: messages have styles of their own, so that there are no classes to weigh. */
export { cx as twMerge } from '../components/ui/cx.ts';
