import { strict as assert } from 'node:assert';
import type { Values } from '../../../nodes/core/operation/operation';
import { buildRequest } from '../../../nodes/core/operation/request-builder';
import { operations } from '../../../nodes/itwin-iot/operations';
import { command, resolve } from './set-up';

describe('iTwin IoT operations', () => {
  describe('of a THREAD', () => {
    const body = (id: string, message: Values): unknown =>
      JSON.parse(String(buildRequest(command(id), resolve(command(id), message)).body));
    const refused = (id: string, message: Values, words: RegExp): void =>
      assert.throws(() => resolve(command(id), message), words, id);

    it('take ports 1 to 3', () => {
      const withPort = operations.filter(({ params }) =>
        params.some(({ name }) => name === 'port' || name === 'portNumber'),
      );
      assert.equal(withPort.length, 10);
      for (const { id, params } of withPort) {
        const name = params.find((each) => each.name.startsWith('port'))?.name as string;
        for (const port of [0, 4, 1.5, 'one'])
          refused(id, { [name]: port }, new RegExp(`"${name}" of ${id} must be a whole number from 1 to 3`));
      }
    });

    it('send the bodies of the platform text', () => {
      assert.deepEqual(body('setTime', { time: '2019-11-19T15:41:30.000Z' }), { time: '2019-11-19T15:41:30.000Z' });
      assert.deepEqual(body('setBatterySaver', { value: true, low: 20, high: 80 }), { value: true, low: 20, high: 80 });
      assert.deepEqual(body('setPortVoltage', { portNumber: 1, value: 1 }), { portNumber: 1, value: 1 });
      assert.deepEqual(body('sleep', { duration: 10_000 }), { duration: 10_000 });
      assert.deepEqual(body('setPortMode', { portNumber: 1, content: 'RS232' }), { portNumber: 1, content: 'RS232' });
      assert.deepEqual(body('sendMessage', { portNumber: 1, message: 'hello world' }), {
        portNumber: 1,
        message: 'hello world',
      });
      assert.deepEqual(body('deletePortConfig', { port: 1, resources: ['HOST', 'PORT'] }), {
        resources: ['HOST', 'PORT'],
      });
      const config = { COMM_TYPE: 'RS232', BAUD_RATE: 9600, DELIMITERS_HEX: ['0D0A'], PORT: 1234, HOST: '127.0.0.1' };
      assert.deepEqual(body('setPortConfig', { port: 1, ...config }), config);
    });

    it('write truth as text where the platform wants text, and as truth elsewhere', () => {
      assert.deepEqual(body('setLed', { value: false }), { value: 'false' });
      assert.deepEqual(body('setCloudConnection', { value: true }), { value: 'true' });
      assert.deepEqual(body('setDeviceConnection', { port: 3, value: 'false' }), { value: false });
      assert.deepEqual(body('setBatterySaver', { value: 'true' }), { value: true });
    });

    it('set the battery saver with both limits or none, in their ranges', () => {
      refused('setBatterySaver', { value: true, low: 10 }, /give both "low" and "high", or neither/);
      refused('setBatterySaver', { value: true, high: 90 }, /give both "low" and "high", or neither/);
      for (const [low, high] of [
        [-1, 80],
        [41, 80],
        [20, 59],
        [20, 101],
      ]) {
        refused(
          'setBatterySaver',
          { value: true, low, high },
          /"(low|high)" of setBatterySaver must be a whole number from/,
        );
      }
      for (const [low, high] of [
        [0, 60],
        [40, 100],
      ])
        assert.deepEqual(body('setBatterySaver', { value: false, low, high }), { value: false, low, high });
    });

    it('read voltage or current, and set 0, 1 or 2 for off, 12 V or 15 V', () => {
      assert.deepEqual(
        buildRequest(command('readPort'), resolve(command('readPort'), { port: '1', option: '0' })).query,
        [
          ['port', '1'],
          ['option', '0'],
        ],
      );
      refused('readPort', { port: 1, option: 2 }, /"option" of readPort must be one of 0, 1/);
      refused('setPortVoltage', { portNumber: 1, value: 12 }, /"value" of setPortVoltage must be one of 0, 1, 2/);
    });

    it('know USB on port 1 only', () => {
      assert.deepEqual(body('setPortMode', { portNumber: 1, content: 'USB' }), { portNumber: 1, content: 'USB' });
      refused('setPortMode', { portNumber: 2, content: 'USB' }, /"content" may be USB on port 1 only/);
      refused('setPortMode', { portNumber: 1, content: 'CAN' }, /must be one of RS232, RS485, ANALOG, USB, OFF/);
      refused('setPortConfig', { port: 3, COMM_TYPE: 'USB' }, /"COMM_TYPE" may be USB on port 1 only/);
    });

    it('configure a port with at least one property, each of its kind', () => {
      refused('setPortConfig', { port: 1 }, /give at least one property/);
      refused('setPortConfig', { port: 1, BAUD_RATE: 300 }, /"BAUD_RATE" of setPortConfig must be one of 230400/);
      refused('setPortConfig', { port: 1, DATA_BITS: 9 }, /"DATA_BITS"/);
      refused('setPortConfig', { port: 1, PARITY_BIT: 'none' }, /"PARITY_BIT" .*NONE, ODD, EVEN, MARK, SPACE/);
      refused('setPortConfig', { port: 1, DELIMITERS_HEX: ['0D0'] }, /"DELIMITERS_HEX" .*hexadecimal/);
      refused('deletePortConfig', { port: 1, resources: [] }, /must name at least one of COMM_TYPE/);
      refused('deletePortConfig', { port: 1, resources: ['SPEED'] }, /must hold names of properties/);
    });

    it('update to the latest, a version or a file, not both', () => {
      const search = (message: Values) => buildRequest(command('update'), resolve(command('update'), message)).query;
      assert.deepEqual(search({}), []);
      assert.deepEqual(search({ version: '7.18.0' }), [['version', '7.18.0']]);
      assert.deepEqual(search({ file: '/tmp/snoopy-1.2.3.jar' }), [['file', '/tmp/snoopy-1.2.3.jar']]);
      refused('update', { version: '7.18.0', file: '/tmp/a.jar' }, /give "version" or "file", not both/);
    });
  });
});
