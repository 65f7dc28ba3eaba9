import type { Actions } from './page.ts';

/** Whether a chart is shown as a table, as part of what is kept. */
export function cardChoice(
  actions: Actions,
  id: string,
): { isTable: () => boolean; setTable: (table: boolean) => void } {
  return {
    isTable: () => actions.kept().tables.includes(id),
    setTable(table) {
      const others = actions.kept().tables.filter((other) => other !== id);
      actions.keep({ tables: table ? [...others, id] : others });
    },
  };
}
