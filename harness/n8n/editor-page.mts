import type { Locator, Page } from 'playwright-core';

/**
 * n8n's editor in a browser, in the words of its user. Knows its marks (`data-test-id`), which are
 * alike in 1.123 and 2.x where they are used here.
 */
export class EditorPage {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {}

	/** Opens a stored workflow and waits for its canvas. */
	async open(workflowId: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflowId}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** The canvas with all of the open workflow in it, and without the buttons that float over it. */
	async wholeCanvas(): Promise<Locator> {
		await this.page.keyboard.press('1');
		// The canvas glides there.
		await this.page.waitForTimeout(1_500);
		return this.page.getByTestId('canvas');
	}

	/** What the nodes panel offers for these words, by name, best first. */
	async searchNodes(words: string): Promise<string[]> {
		const search = this.page.getByTestId('node-creator-search-bar');
		if (!(await search.isVisible())) {
			await this.page.getByTestId('node-creator-plus-button').click();
		}
		const names = this.page.getByTestId('node-creator-item-name');
		// The results have come when the groups that an empty search shows have gone.
		const group = names.getByText('Data transformation', { exact: true });
		await search.fill('');
		await group.waitFor();
		await search.fill(words);
		await group.waitFor({ state: 'hidden' });
		return (await names.allInnerTexts()).map((name) => name.trim());
	}

	/** Takes a node that `searchNodes` found, and one of its actions if it has some. */
	async addNode(name: string, action?: string): Promise<void> {
		const panel = this.page.getByTestId('node-creator');
		await panel.getByTestId('node-creator-item-name').getByText(name, { exact: true }).click();
		if (action) await panel.getByText(action, { exact: true }).click();
	}

	/** The picture of a node on the canvas. */
	icon(name: string): Locator {
		return this.node(name).locator('img');
	}

	node(name: string): Locator {
		return this.page.locator(nodeSelector(name));
	}

	/** Opens a node's panel. */
	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.panel.waitFor();
		await this.parameters.first().waitFor();
	}

	get panel(): Locator {
		return this.page.getByTestId('ndv');
	}

	get parameters(): Locator {
		return this.page.getByTestId('node-parameters');
	}

	/** The labels of the fields that can be seen, from top to bottom. */
	async labels(): Promise<string[]> {
		const labels = this.parameters.getByTestId('input-label');
		await labels.first().waitFor();
		const visible = [];
		for (const label of await labels.all()) {
			if (await label.isVisible()) visible.push((await label.innerText()).split('\n')[0] ?? '');
		}
		return visible.map((label) => label.trim());
	}

	field(parameter: string): Locator {
		return this.page.getByTestId(`parameter-input-${parameter}`);
	}

	/** Picks an entry of a drop-down list. */
	async choose(parameter: string, entry: string): Promise<void> {
		await this.field(parameter).click();
		const entries = this.page.locator('[role="option"]:visible');
		await entries.filter({ has: this.page.getByText(entry, { exact: true }) }).click();
	}

	async fill(parameter: string, text: string): Promise<void> {
		await this.field(parameter).locator('input, textarea').first().fill(text);
	}

	/** Opens the form for a new credential, from the open node. */
	async createCredential(): Promise<void> {
		await this.page.getByTestId('node-credentials-select').click();
		await this.page.getByTestId('node-credentials-select-item-new').click();
		await this.credentialForm.waitFor();
	}

	get credentialForm(): Locator {
		return this.page.getByTestId('editCredential-modal');
	}

	async fillCredential(parameter: string, text: string): Promise<void> {
		const field = this.credentialForm.getByTestId(`parameter-input-${parameter}`);
		await field.locator('input').fill(text);
	}

	/**
	 * Saves the open form, and n8n tests the credential.
	 *
	 * @returns what the form says when the test fails; undefined when it passes.
	 */
	async saveCredential(): Promise<string | undefined> {
		const form = this.credentialForm;
		const failed = form.getByText('More details');
		await form.getByTestId('credential-save-button').click();
		// 1.x says that the test passed, 2.x closes the form.
		const passed = [
			form.getByTestId('credentials-config-container-test-success').waitFor(),
			form.waitFor({ state: 'hidden' }),
		];
		await Promise.any([...passed, failed.waitFor()]);
		if (!(await failed.isVisible())) return undefined;
		await failed.click();
		return await form.innerText();
	}

	/** The production URL that an open trigger's panel shows. */
	async productionUrl(): Promise<string> {
		const production = this.panel.getByText('Production URL', { exact: true });
		if (!(await production.isVisible())) await this.panel.getByText('Webhook URLs').click();
		await production.click();
		const url = this.panel.getByText(/^https?:\/\/\S+\/webhook\/\S+$/);
		return (await url.innerText()).trim();
	}

	/** Runs the open node alone. What it leads to is for the caller to wait for. */
	async executeStep(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
	}

	async executeWorkflow(): Promise<void> {
		await this.page.getByTestId('execute-workflow-button').first().click();
	}

	/** Ends the running execution, as its user does. */
	async stopExecution(): Promise<void> {
		await this.page.getByTestId('stop-execution-button').click();
	}

	/** Opens a past execution and waits for its canvas. */
	async openExecution(workflowId: string, executionId: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${workflowId}/executions/${executionId}`);
		await this.page.getByTestId('canvas-node').or(this.frame).first().waitFor();
	}

	/** Opens a node of a past execution. Resolves to the panel of what came out. */
	async openExecutedNode(name: string): Promise<Locator> {
		const place = (await this.frame.isVisible()) ? this.frame.contentFrame() : this.page;
		await place.locator(nodeSelector(name)).dblclick();
		return place.getByTestId('output-panel');
	}

	/** Where 1.x shows a past execution. */
	private get frame(): Locator {
		return this.page.getByTestId('workflow-preview-iframe');
	}

	/** Table, JSON, Binary and so on, as the output panel's own switch names them. */
	async showOutputAs(view: string): Promise<void> {
		await this.output.getByRole('radio', { name: view, exact: true }).click();
	}

	get output(): Locator {
		return this.page.getByTestId('output-panel');
	}
}

function nodeSelector(name: string): string {
	return `[data-test-id="canvas-node"][data-node-name="${name}"]`;
}
