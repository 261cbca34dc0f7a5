import { isObject } from '../core/values/json';
import { openForm } from './account-form';
import { adminRequest } from './admin-request';
import type { Dialog } from './dialog';
import { type ErrorText, errorText } from './error-text';

/**
 * The "Test connection" button of an account. It sends the form as it stands; of a password left untouched only
 * Node-RED's placeholder. What a success says stands in the catalogue: `<type>.test.seen` with `__list__`, or
 * `<type>.test.nothing`.
 */
export function addConnectionTest(dialog: Dialog, place: JQuery): void {
  const { t } = dialog;
  const button = $('<button type="button" class="red-ui-button">').append(
    $('<i class="fa fa-plug" aria-hidden="true">'),
    $('<span>').text(` ${t('common.test.button')}`),
  );
  const result = $('<div class="farfield-test-result" role="status" aria-live="polite">');

  const show = (look: 'running' | 'ok' | 'failed', { summary, detail }: ErrorText): void => {
    const icon = { running: 'fa-spinner fa-spin', ok: 'fa-check-circle', failed: 'fa-exclamation-triangle' }[look];
    result
      .attr('data-look', look)
      .empty()
      .append(
        $('<i class="farfield-test-icon" aria-hidden="true">').addClass(`fa ${icon}`),
        $('<span class="farfield-test-summary">').text(summary),
      );
    if (detail !== '') result.append($('<div class="farfield-test-detail">').text(detail));
  };

  const clear = (): void => {
    result.removeAttr('data-look').empty();
  };

  button.on('click', async () => {
    if (button.prop('disabled')) return;
    button.prop('disabled', true);
    show('running', { summary: t('common.test.running'), detail: '' });
    const tried = openForm(dialog);
    const answer = await adminRequest(`${dialog.node.type}/test`, tried);
    button.prop('disabled', false);
    if (JSON.stringify(openForm(dialog)) !== JSON.stringify(tried)) return clear();
    if (!answer.ok) return show('failed', errorText(dialog.lookUp, answer));
    const { ok, message, code } = isObject(answer.body) ? answer.body : {};
    const said = { message: String(message ?? ''), code: typeof code === 'string' ? code : undefined };
    if (ok === true) show('ok', successText(dialog, said.message));
    else show('failed', errorText(dialog.lookUp, said));
  });
  // What was seen holds for the values that were tried.
  dialog.root.on('input change', () => {
    if (!button.prop('disabled')) clear();
  });
  place.addClass('farfield-test').append(button, result);
}

function successText({ t, node }: Dialog, list: string): ErrorText {
  const detail = list === '' ? t(`${node.type}.test.nothing`) : t(`${node.type}.test.seen`, { list });
  return { summary: t('common.test.ok'), detail };
}
