import { isVariable } from './values';

/**
 * A row that carries `data-show="offline=memory,disk batchSize>1"` is shown while all its conditions hold:
 * `name=a,b` one of these, `name^=a,b` begins with one of these, `name>1` is greater; `a=1|b=2` one of the two. An
 * environment variable may turn out to be anything, so it meets every condition.
 *
 * @param value reads the field of a property
 */
export function showWhatApplies(root: JQuery, value: (name: string) => string): void {
  const rows = root.find('[data-show]');
  const update = (): void => {
    rows.each((_, row) => {
      const conditions = String($(row).attr('data-show')).split(' ');
      $(row).toggle(conditions.every((each) => each.split('|').some((condition) => holds(condition, value))));
    });
  };
  root.on('input change', update);
  update();
}

function holds(condition: string, read: (name: string) => string): boolean {
  const [, name = '', operator = '', list = ''] = /^(\w+)(\^?=|>)(.*)$/.exec(condition) ?? [];
  const value = read(name);
  if (isVariable(value)) return true;
  const wanted = list.split(',');
  if (operator === '>') return Number(value) > Number(list);
  return operator === '=' ? wanted.includes(value) : wanted.some((each) => value.startsWith(each));
}
