import { randomBytes, randomUUID } from 'node:crypto';

/** A project: "assets are now owned by the project". */
export interface Project {
  /** 24 hex digits, what PROJECT_ID says. */
  readonly id: string;
  /** Its iTwin asset id, usable in its place "provided you are using a JWT token from IMS". */
  readonly iTwinId: string;
  readonly name: string;
}

/** The projects the account sees; the first is the organization's default project. */
export class Projects {
  readonly #projects: Project[];
  readonly #default: Project | undefined;

  constructor(names: readonly string[]) {
    this.#projects = names.map((name) => ({
      id: randomBytes(12).toString('hex').toUpperCase(),
      iTwinId: randomUUID(),
      name,
    }));
    this.#default = this.#projects[0];
  }

  /** The default project; undefined once it is deleted. */
  get default(): Project | undefined {
    return this.#projects.find((project) => project === this.#default);
  }

  get all(): readonly Project[] {
    return this.#projects;
  }

  /** By its project id, or, when allowed, by its iTwin id. */
  find(id: string, { byITwinId }: { byITwinId: boolean }): Project | undefined {
    return this.#projects.find((project) => project.id === id || (byITwinId && project.iTwinId === id));
  }

  delete(project: Project): void {
    this.#projects.splice(this.#projects.indexOf(project), 1);
  }
}
