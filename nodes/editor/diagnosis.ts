import { isObject } from '../core/values/json';
import { adminRequest } from './admin-request';
import type { Dialog } from './dialog';
import { errorText } from './error-text';

/** The "Diagnosis" button of an account: a text about the deployed account, to read and to copy. It holds no secret. */
export function addDiagnosis({ t, node, lookUp, root }: Dialog): void {
  const button = $('<button type="button" class="red-ui-button">').append(
    $('<i class="fa fa-stethoscope" aria-hidden="true">'),
    $('<span>').text(` ${t('common.diagnosis.button')}`),
  );
  const copy = $('<button type="button" class="red-ui-button">').append(
    $('<i class="fa fa-clipboard" aria-hidden="true">'),
    $('<span>').text(` ${t('common.diagnosis.copy')}`),
  );
  const text = $('<textarea readonly rows="14" wrap="off" spellcheck="false">').attr(
    'aria-label',
    t('common.diagnosis.button'),
  );
  const hint = $('<div class="farfield-hint">').text(t('common.diagnosis.hint'));
  const shown = $('<div class="farfield-diagnosis-text">').append(text, copy, hint).hide();
  const problem = $('<div class="farfield-note" role="status">');

  button.on('click', async () => {
    const answer = await adminRequest(`${node.type}/${encodeURIComponent(node.id)}/diagnosis`);
    const { summary } = answer.ok ? { summary: '' } : errorText(lookUp, answer);
    problem.text(summary);
    shown.toggle(answer.ok);
    if (answer.ok) text.val(isObject(answer.body) ? String(answer.body.text) : '');
  });
  copy.on('click', () => {
    RED.clipboard.copyText(String(text.val()), copy, t('common.diagnosis.copied'));
  });
  root.find('.farfield-diagnosis').append(button, problem, shown);
}
