import { addPaletteWords } from './palette-words';
import { labelProperties } from './property-labels';
import { translateStatusesOf } from './translate-statuses';

/** Our module, as Node-RED's registry names it. */
const MODULE = '@farfield/node-red-iot-platforms';

// This file is the first of each platform's script: the types are registered behind it.
RED.events.on('registry:node-type-added', (type) => {
  const definition = RED.nodes.getType(type);
  if (definition?.set?.module !== MODULE) return;
  translateStatusesOf(definition);
  labelProperties(type, definition);
  addPaletteWords(type, definition);
});
