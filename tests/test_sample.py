from syndicator import demo
from syndicator.sample import _is_sample_portal, sample_portal
from tests.support.configs import BASE, a_config
from tests.support.waiting import until


async def test_the_sample_portal_goes_on_when_the_command_that_brought_it_ends(tmp_path):
    other = await demo.start("127.0.0.1", 0)
    port = other.addresses[0][1]
    config = a_config(tmp_path, f"{BASE}\n[demo]\nenabled = true\nport = {port}\n")
    async with sample_portal(config):
        await other.cleanup()
        await until(lambda: _is_sample_portal("127.0.0.1", port))
    assert not await _is_sample_portal("127.0.0.1", port)
