export { PORT as PROPERTIES } from '../itwin-iot-thread/properties';
