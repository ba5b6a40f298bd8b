import { createContext } from 'react';

/** Whether the code block that is drawn is still being written. */
export const GrowingContext = createContext(false);
