import * as z from 'zod';

// The page's policy forbids making functions from text, which is how zod would speed itself up. Schemas ask for this
// when they are made, so this module comes before every other that holds one.
z.config({ jitless: true });
