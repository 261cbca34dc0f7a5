import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { PlatformError, toPlatformError } from '../errors';
import { isObject } from '../values/json';
import { withForm } from './account-form';
import type { AccountClient, AccountNode, AccountType, PickList, PickQuery } from './account-type';
import { diagnosisOf } from './diagnosis';

/** What the dialog's "Test connection" button gets. */
export interface TestResult {
  ok: boolean;
  message: string;
  code?: string;
}

/**
 * Admin routes of a config node: `POST <type>/test` tries the unsaved form values. Pick lists come from the deployed
 * account with `GET <type>/<id>/lists/<list>`, and for one that is not deployed as it stands from its unsaved values with
 * `POST <type>/lists/<list>`. `GET <type>/<id>/diagnosis` gives a text for people. No answer holds a credential.
 */
export function registerAccountRoutes<Settings extends object, Client extends AccountClient>(
  RED: NodeAPI,
  account: AccountType<Settings, Client>,
): void {
  const { type } = account;
  const mayRead = RED.auth.needsPermission(`${type}.read`);
  const mayWrite = RED.auth.needsPermission(`${type}.write`);
  RED.httpAdmin.post(`/${type}/test`, mayWrite, onlyJson, (request, response) => {
    testConnection(RED, account, request.body)
      .catch(failed)
      .then((result) => response.json(result))
      .catch(unsent(RED));
  });
  const answerList = (items: Promise<unknown>, response: Response): void => {
    items
      .then(
        (all) => response.json({ items: all }),
        (thrown) => {
          const { code, message } = toPlatformError(thrown);
          response.status(code === 'NOT_FOUND' ? 404 : 502).json({ code, message });
        },
      )
      .catch(unsent(RED));
  };
  RED.httpAdmin.post(`/${type}/lists/:list`, mayWrite, onlyJson, (request, response) => {
    answerList(listOfForm(RED, account, request.body, String(request.params.list)), response);
  });
  RED.httpAdmin.get(`/${type}/:id/diagnosis`, mayRead, (request, response) => {
    const node = RED.nodes.getNode(String(request.params.id)) as AccountNode<Settings, Client> | null;
    const running = node?.type === type ? (node as unknown as AccountNode<object, unknown>) : undefined;
    diagnosisOf(RED, running, Object.keys(account.credentials))
      .then((text) => response.json({ text }))
      .catch((thrown) => response.status(500).json({ message: toPlatformError(thrown).message }))
      .catch(unsent(RED));
  });
  RED.httpAdmin.get(`/${type}/:id/lists/:list`, mayRead, (request, response) => {
    const { id, list } = request.params;
    answerList(listOfDeployed(RED, account, String(id), String(list), textsOf(request.query)), response);
  });
}

/** A form of any web page could send other types, and with them the stored password anywhere. */
function onlyJson(request: Request, response: Response, next: NextFunction): void {
  if (request.is('application/json')) next();
  else response.sendStatus(415);
}

/** The browser has gone, say: nothing that should end Node-RED. */
function unsent(RED: NodeAPI): (thrown: unknown) => void {
  return (thrown) => RED.log.warn(`an answer could not be sent: ${toPlatformError(thrown).message}`);
}

async function testConnection<Settings extends object, Client extends AccountClient>(
  RED: NodeAPI,
  account: AccountType<Settings, Client>,
  body: unknown,
): Promise<TestResult> {
  const message = await withForm(RED, account, body, (client) => account.test(client));
  return { ok: true, message };
}

function failed(thrown: unknown): TestResult {
  const { code, message } = toPlatformError(thrown);
  return { ok: false, code, message };
}

async function listOfDeployed<Settings extends object, Client extends AccountClient>(
  RED: NodeAPI,
  account: AccountType<Settings, Client>,
  id: string,
  list: string,
  query: PickQuery,
): Promise<unknown> {
  const load = listNamed(account, list);
  const node = RED.nodes.getNode(id) as AccountNode<Settings, Client> | null;
  if (node?.type !== account.type) {
    throw new PlatformError('NOT_FOUND', 'the account is not running: enable it, or deploy it again');
  }
  return node.borrow((client) => load(client, query));
}

/** Of an account that is not deployed as it stands. */
async function listOfForm<Settings extends object, Client extends AccountClient>(
  RED: NodeAPI,
  account: AccountType<Settings, Client>,
  body: unknown,
  list: string,
): Promise<unknown> {
  const load = listNamed(account, list);
  const query = isObject(body) && isObject(body.query) ? textsOf(body.query) : {};
  return withForm(RED, account, body, (client) => load(client, query));
}

function listNamed<Settings extends object, Client extends AccountClient>(
  { lists, type }: AccountType<Settings, Client>,
  name: string,
): PickList<Client> {
  const load = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (!load) throw new PlatformError('NOT_FOUND', `${type} has no list of this name`);
  return load;
}

function textsOf(query: object): PickQuery {
  const texts = Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}
